import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openPostgres } from '../../src/adapters/postgres-session.ts';
import { dumps } from '../../src/argv/dump.ts';
import { afterRestore, beforeRestore } from '../../src/database/ledger/restore-sql.ts';
import type { Session } from '../../src/domain/session.ts';
import type { Command } from '../../src/domain/shell-script.ts';
import { entriesOf } from '../../src/dumps/archive.ts';
import { author } from '../support/database/author.ts';
import { type RealPostgres, startPostgres } from '../support/database/real-postgres.ts';

const programs = { in: 'environment' } as const;
const schemas = ['erp', 'erp_deploy'];
const words = {
  before: beforeRestore(schemas),
  after: afterRestore(author, 'restore a dump'),
  entries: entriesOf(schemas),
};

let server: RealPostgres;
let session: Session;
let folder: string;
beforeAll(async () => {
  server = await startPostgres();
  session = await openPostgres(server.config);
  await session.script(`create schema erp; create schema erp_deploy;
    create table erp.people (id int primary key, full_name text); comment on schema erp is 'ours';
    create table public.theirs (id int); insert into public.theirs values (1);
    insert into erp.people select n, 'before ' || n from generate_series(1, 2000) n`);
}, 60_000);
afterAll(async () => {
  await session.close();
  await server.stop();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'erp-deploy-dumps-'));
  return () => rmSync(folder, { recursive: true });
});

/** @param path fake programs in place of those of PostgreSQL */
async function run({ argv: [program, ...rest], input = '' }: Command, path = '') {
  const { host, port, user, database } = server.config;
  const env = { PGHOST: host, PGPORT: `${port}`, PGUSER: `${user}`, PGDATABASE: database };
  const settings = { ...env, PGSERVICE: 'another', PATH: `${path}:${process.env.PATH}` };
  const { exitCode, stdout, stderr } = await execa(program, rest, {
    cwd: folder,
    env: settings,
    input,
    reject: false,
  });
  return { exitCode, stdout, stderr };
}

async function made(): Promise<string> {
  const { exitCode, stdout, stderr } = await run(dumps.make(programs, 'd'));
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout;
}

async function now() {
  const [row] = await session.query(
    `select (select count(*)::int from erp.people) as people, to_regclass('erp.later') is not null as later,
            (select count(*)::int from public.theirs) as theirs, obj_description('erp'::regnamespace) as comment`,
  );
  return row;
}

const changeAll = () =>
  session.script(`create table if not exists erp.later (id int); delete from erp.people where id > 10;
    insert into public.theirs values (2)`);
const changed = { people: 10, later: true, comment: 'ours' };

test('a restore brings back the dumped objects, removes later ones, and leaves objects of others unchanged', async () => {
  const file = await made();
  await changeAll();
  expect(await run(dumps.restore(programs, file, words))).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await now()).toEqual({ people: 2000, later: false, theirs: 2, comment: 'ours' });
});

test('the next dump removes what a killed one left', async () => {
  mkdirSync(join(folder, 'd'));
  writeFileSync(join(folder, 'd', '20200101T000000Z.part'), 'half');
  writeFileSync(join(folder, 'd', '20200101T000000Z.roles.part'), 'half');
  await made();
  expect(readdirSync(join(folder, 'd')).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('a restore whose stream is cut anywhere changes nothing', async () => {
  const file = await made();
  await changeAll();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const real = (await execa('sh', ['-c', 'command -v pg_restore'])).stdout;
  for (const bytes of [0, 1, 500, 2_000, 20_000, 1_000_000]) {
    // The last case is the complete SQL, from a program that fails nevertheless.
    const cut = `case "$*" in *--file=-*) ${real} "$@" | head -c ${bytes}; exit 1;; *) exec ${real} "$@";; esac`;
    writeFileSync(join(bin, 'pg_restore'), `#!/bin/sh\n${cut}\n`, { mode: 0o755 });
    // psql exits with 3 after an incomplete statement.
    expect([1, 3]).toContain((await run(dumps.restore(programs, file, words), bin)).exitCode);
    expect(await now(), `${bytes} bytes`).toMatchObject(changed);
  }
});

test('a restore that the server refuses changes nothing', async () => {
  const file = await made();
  await changeAll();
  const broken = { ...words, after: `select 1 / 0;\n${words.after}` };
  const { exitCode, stderr } = await run(dumps.restore(programs, file, broken));
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('division by zero');
  expect(await now()).toMatchObject(changed);
});

test('keeps three dumps and the new one, whatever the time in its name; a failed dump leaves no file', async () => {
  const first = await made();
  for (const [age, name] of [5, 4, 3, 2].entries()) {
    const old = join(folder, 'd', `2020010${name}T000000Z.dump`);
    copyFileSync(join(folder, first), old);
    utimesSync(old, new Date(), new Date(Date.now() - (10 - age) * 3_600_000));
  }
  await run(dumps.make(programs, 'd', '20200105T000000Z.dump'));
  const kept = readdirSync(join(folder, 'd')).filter((name) => name.endsWith('.dump'));
  expect(kept).toContain('20200105T000000Z.dump');
  expect(kept.length).toBeLessThanOrEqual(4);
  const failing = join(folder, 'bin');
  mkdirSync(failing);
  writeFileSync(join(failing, 'pg_dumpall'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const before = readdirSync(join(folder, 'd'));
  expect(await run(dumps.make(programs, 'd'), failing)).toMatchObject({ exitCode: 1 });
  expect(readdirSync(join(folder, 'd'))).toEqual(before);
});

test('a truncated dump is rejected and removed', async () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const real = (await execa('sh', ['-c', 'command -v pg_dump'])).stdout;
  writeFileSync(join(bin, 'pg_dump'), `#!/bin/sh\n${real} "$@" | head -c -100\n`, { mode: 0o755 });
  expect(await run(dumps.make(programs, 'd'), bin)).toMatchObject({ exitCode: 1 });
  expect(readdirSync(join(folder, 'd'))).toEqual([]);
});
