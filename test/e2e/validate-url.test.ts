import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgres } from '../../src/adapters/postgres-session.ts';
import { bundledMigrations, withoutVector } from '../support/database/bundled-migrations.ts';
import { type RealPostgres, startPostgres } from '../support/database/real-postgres.ts';
import { pathsIn } from '../support/disk/tree.ts';
import type { Ended } from '../support/program/erp-deploy.ts';
import { erpDeploy, type HowToRun } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { emptyWorkspace, sharedWorkspace } from '../support/workspace/workspace.ts';

const password = 'hush: a\\b@c/d?e#f%';
/** The same password, as it is written in a URL and in a line of ~/.pgpass. */
const inUrl = encodeURIComponent(password);
const inPgpass = password.replace(/[\\:]/g, '\\$&');

describe('validate --database-url, against a server without pgvector', () => {
  let server: RealPostgres;
  let place: string;

  beforeAll(async () => {
    const rules = join(sharedWorkspace(), 'pg_hba.conf');
    writeFileSync(rules, 'host all postgres all trust\nhost all all all scram-sha-256\n');
    server = await startPostgres([`hba_file=${rules}`]);
    const session = await openPostgres(server.config);
    for (const text of bundledMigrations) await session.script(`begin;\n${withoutVector(text)}\n;commit`);
    await session.script(`create role inspector login superuser password '${password}'`);
    await session.close();
    place = `127.0.0.1:${server.config.port}/postgres`;
  });

  afterAll(() => server.stop());

  function validate(url: string, how?: HowToRun, ...flags: string[]): Promise<Ended> {
    return erpDeploy(emptyWorkspace(), ['validate', '--database-url', url, ...flags], how);
  }

  function expectFound({ exit, stdout, stderr }: Ended): void {
    expect(exit).toBe(5);
    expect(problemIn(stderr).excerpt).toEqual([
      'extension vector: missing',
      'column agent.episodes.embedding: missing',
      'column agent.memory_entries.embedding: missing',
    ]);
    expect(stdout + stderr).not.toContain(password);
    expect(stdout + stderr).not.toContain(inUrl);
  }

  test('reports exactly the missing objects, with the password from PGPASSWORD', async () => {
    const ended = await validate(
      `postgres://inspector@${place}`,
      { env: { PGPASSWORD: password } },
      '--no-behaviour',
    );
    expectFound(ended);
    expect(ended.stdout).toMatch(
      /the server is PostgreSQL \d+\.\d+.*; the expected schema was computed with PostgreSQL 18/,
    );
    expect(ended.stdout).not.toContain('warning');
  });

  test('takes the password only from a file that only the owner can read', async () => {
    const passwords = (mode: number) => {
      const path = join(sharedWorkspace(), 'passwords');
      writeFileSync(path, `*:*:*:inspector:${inPgpass}\n`, { mode });
      return { env: { PGPASSFILE: path } };
    };
    expectFound(await validate(`postgres://inspector@${place}`, passwords(0o600), '--no-behaviour'));
    expect((await validate(`postgres://inspector@${place}`, passwords(0o644))).exit).toBe(3);
  });

  test('takes the password from ~/.pgpass', async () => {
    const home = sharedWorkspace();
    writeFileSync(join(home, '.pgpass'), `127.0.0.1:*:postgres:inspector:${inPgpass}\n`, { mode: 0o600 });
    expectFound(await validate(`postgres://inspector@${place}`, { env: { HOME: home } }, '--no-behaviour'));
  });

  test('takes the URL from stdin', async () => {
    const input = `postgres://inspector:${inUrl}@${place}\n`;
    expectFound(await validate('-', { input }, '--no-behaviour'));
  });

  test('accepts a password in the URL, with a warning', async () => {
    const ended = await validate(`postgres://inspector:${inUrl}@${place}`, {}, '--no-behaviour');
    expectFound(ended);
    expect(ended.stdout).toMatch(/^warning: the URL contains a password/m);
  });

  test('runs the behaviour checks, names those that fail, and leaves nothing behind', async () => {
    const { exit, stderr } = await validate(`postgres://postgres@${place}`);
    expect(exit).toBe(5);
    expect(problemIn(stderr).excerpt).toHaveLength(7);
    expect(problemIn(stderr).excerpt).toContainEqual(
      expect.stringMatching(
        /^agent\.episodes accepts an embedding of 1536 dimensions: expected accepted, actual rejected/,
      ),
    );
    const session = await openPostgres(server.config);
    expect(await session.query('select count(*)::int as people from erp.people')).toEqual([{ people: 0 }]);
    await session.close();
  });

  test('without a target uses and names the configured one, and creates neither a ledger nor a file', async () => {
    const config = `production: { database-url: 'postgres://postgres@${place}' }\n`;
    const workspace = emptyWorkspace({ 'erp-deploy.config.yaml': config });
    const { stdout } = await erpDeploy(workspace, ['validate']);
    expect(stdout).toContain(`info: validating the database ${place}, without TLS\n`);
    expect(pathsIn(workspace)).toEqual(['erp-deploy.config.yaml']);
    const session = await openPostgres(server.config);
    expect(await session.query(`select to_regnamespace('erp_deploy') as ledger`)).toEqual([{ ledger: null }]);
    await session.close();
  });

  test('exits with 3 if the password is wrong, and shows no password', async () => {
    const { exit, stdout, stderr } = await validate(`postgres://inspector@${place}`, {
      env: { PGPASSWORD: 'hush-hush' },
    });
    expect(exit).toBe(3);
    expect(problemIn(stderr)).toMatchObject({ code: 'ERP-0532', why: expect.stringContaining('28P01') });
    expect(stdout + stderr).not.toContain('hush-hush');
  });

  test('exits with 3 if no password is found', async () => {
    const { exit, stderr } = await validate(`postgres://inspector@${place}`);
    expect(exit).toBe(3);
    expect(problemIn(stderr).todo.join('\n')).toContain('PGPASSWORD');
  });

  test('exits with 3 if the database does not exist', async () => {
    const { exit, stderr } = await validate(`postgres://postgres@${place.replace('/postgres', '/nowhere')}`);
    expect(exit).toBe(3);
    expect(problemIn(stderr).why).toContain('3D000');
  });

  test('exits with 3 if nothing listens', async () => {
    const { exit, stderr } = await validate('postgres://postgres@127.0.0.1:1/postgres');
    expect(exit).toBe(3);
    expect(problemIn(stderr)).toMatchObject({
      code: 'ERP-0532',
      what: expect.stringContaining('Could not connect to postgres on 127.0.0.1:1'),
      why: 'connection refused (ECONNREFUSED).',
    });
    // The problem does not suggest a password if nothing listens.
    expect(problemIn(stderr).todo.join('\n')).not.toContain('PGPASSWORD');
  });

  test('exits with 3 if the host name cannot be resolved', async () => {
    const { exit, stderr } = await validate('postgres://postgres@nowhere.invalid/postgres?sslmode=disable');
    expect(exit).toBe(3);
    expect(problemIn(stderr).code).toBe('ERP-0532');
  });

  test('exits with 3 if TLS is required, and the server has none', async () => {
    const { exit, stderr } = await validate(`postgres://postgres@${place}?sslmode=require`);
    expect(exit).toBe(3);
    expect(problemIn(stderr).why).toMatch(/SSL/);
    expect((await validate(`postgres://postgres@${place}?sslmode=prefer`, {}, '--no-behaviour')).exit).toBe(
      5,
    );
  });
});

describe('a database URL that cannot be used', () => {
  test.each([
    ['mysql://me:hush-hush@db/portfolio'],
    ['postgres://me:hush-hush@a@b/portfolio'],
    ['postgres://me:hush-hush@db:99999/portfolio'],
    ['postgres://me:hush-hush%zz@db/portfolio'],
    ['postgres://me:hush-hush@db/portfolio?sslmode=sometimes'],
    ['hush-hush'],
  ])('exits with 2, and shows no part of it: %s', async (url) => {
    const { exit, stdout, stderr } = await erpDeploy(emptyWorkspace(), ['validate', '--database-url', url]);
    expect(exit).toBe(2);
    expect(problemIn(stderr)).toMatchObject({ code: 'ERP-0120' });
    expect(stdout + stderr).not.toContain('hush');
  });
});
