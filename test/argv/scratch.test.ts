import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openPostgres } from '../../src/adapters/postgres-session.ts';
import { dumps } from '../../src/argv/dump.ts';
import { scratchCommands } from '../../src/argv/scratch.ts';
import type { Session } from '../../src/domain/session.ts';
import type { Command } from '../../src/domain/shell-script.ts';
import { entriesOf } from '../../src/dumps/archive.ts';
import { type RealPostgres, startPostgres } from '../support/database/real-postgres.ts';

const programs = { in: 'environment' } as const;
const entries = entriesOf(['erp', 'erp_deploy']);

let server: RealPostgres;
let session: Session;
let folder: string;
let temporary: string;
beforeAll(async () => {
  server = await startPostgres();
  session = await openPostgres(server.config);
}, 60_000);
afterAll(async () => {
  await session.close();
  await server.stop();
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'erp-deploy-scratch-'));
  temporary = mkdtempSync(join(folder, 'tmp-'));
  await session.script(`drop schema if exists erp, erp_deploy cascade; create schema erp; create schema erp_deploy;
    create table erp_deploy.migrations (name text, checksum text); insert into erp_deploy.migrations values ('001_a.sql', 'c1');
    create table erp.people (id int primary key, full_name text);
    create table erp."odd, ""name""" (id int, "a	b" text);
    create table erp.notes (id int, created timestamptz default now());
    insert into erp.people select n, 'person ' || n from generate_series(1, 2000) n;
    insert into erp."odd, ""name""" values (1, 'x'), (1, 'x'); insert into erp.notes values (1)`);
  return () => rmSync(folder, { recursive: true });
});

async function run({ argv: [program, ...rest], input = '' }: Command, user = 'postgres') {
  const { host, port, database } = server.config;
  const env = { PGHOST: host, PGPORT: `${port}`, PGUSER: user, PGDATABASE: database, TMPDIR: temporary };
  return execa(program, rest, { cwd: folder, env, input, reject: false });
}

async function dumped(): Promise<string> {
  const { exitCode, stdout, stderr } = await run(dumps.make(programs, 'd'));
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout;
}

const compare = (file: string, user?: string) =>
  run(scratchCommands.compare(programs, file, ['erp'], entries), user);
const linesOf = (stdout: string) => stdout.split('\n').sort();
const databases = async () =>
  (await session.query("select datname from pg_database where datname like 'erp%'")).length;

test('counts no row if nothing was written, and leaves no database and no file behind', async () => {
  const { exitCode, stdout, stderr } = await compare(await dumped());
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: 'ledger\t001_a.sql\tc1', stderr: '' });
  expect(await databases()).toBe(0);
  expect(readdirSync(temporary)).toEqual([]);
});

test('counts added, changed and deleted rows, also of tables and columns that were added or dropped', async () => {
  const file = await dumped();
  await session.script(`alter table erp.people add column nick text default 'none';
    insert into erp.people values (3000, 'new'), (3001, 'new'); update erp.people set full_name = 'other' where id = 7;
    delete from erp.people where id in (1, 2, 3);
    insert into erp."odd, ""name""" values (1, 'x'); drop table erp.notes;
    create table erp.later (id int); insert into erp.later values (1), (1)`);
  const { exitCode, stdout, stderr } = await compare(file);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(linesOf(stdout)).toEqual(
    linesOf(`gone\t1\terp.notes
gone\t4\terp.people
ledger\t001_a.sql\tc1
written\t1\terp."odd, ""name"""
written\t2\terp.later
written\t3\terp.people`),
  );
});

test('reports a truncated dump', async () => {
  const file = await dumped();
  const { stdout: whole } = await execa('base64', [join(folder, file)]);
  writeFileSync(join(folder, file), Buffer.from(whole, 'base64').subarray(0, 3000));
  const { exitCode, stderr } = await compare(file);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('pg_restore');
  expect(await databases()).toBe(0);
});

test('reports that the server allows no scratch database, and can count the rows of the dump instead', async () => {
  const file = await dumped();
  await session.script('drop role if exists plain; create role plain login');
  expect(await compare(file, 'plain')).toMatchObject({
    exitCode: 0,
    stdout: 'not-allowed',
    stderr: expect.stringContaining('permission denied to create database'),
  });
  const { stdout } = await run(scratchCommands.count(programs, file));
  expect(linesOf(stdout)).toEqual(
    linesOf(
      'rows\t1\terp.notes\nrows\t1\terp_deploy.migrations\nrows\t2\terp."odd, ""name"""\nrows\t2000\terp.people',
    ),
  );
});

test('removes only databases that a killed comparison left: none with another name or owner, and none in use', async () => {
  const file = await dumped();
  await session.script('drop role if exists other; create role other');
  const kept = ['erp_deploy_scratch_copy', 'erp_deploy_scratch_1_1', 'erp_deploy_scratch_2_2'];
  for (const name of [...kept, 'erp_deploy_scratch_3_3']) await session.script(`create database ${name}`);
  await session.script('alter database erp_deploy_scratch_1_1 owner to other');
  const used = await openPostgres({ ...server.config, database: 'erp_deploy_scratch_2_2' });
  try {
    expect(await compare(file)).toMatchObject({ exitCode: 0, stderr: '' });
    const left = await session.query(
      "select datname from pg_database where datname like 'erp_deploy_scratch%' order by 1",
    );
    expect(left.map(({ datname }) => datname).toSorted()).toEqual(kept.toSorted());
  } finally {
    await used.close();
    for (const name of kept) await session.script(`drop database if exists ${name}`);
  }
});
