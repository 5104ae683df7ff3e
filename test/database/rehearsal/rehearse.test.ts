import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openEmbedded } from '../../../src/adapters/embedded-session.ts';
import { openPostgres } from '../../../src/adapters/postgres-session.ts';
import { checksumOf } from '../../../src/database/checksum.ts';
import { expectedCatalogs } from '../../../src/database/expected/expected-catalogs.ts';
import { readLedgerState } from '../../../src/database/ledger/ledger.ts';
import { migrationEffects } from '../../../src/database/rehearsal/effects.ts';
import { rehearsalObstacle } from '../../../src/database/rehearsal/problems.ts';
import { rehearse, removeLeftover } from '../../../src/database/rehearsal/rehearse.ts';
import { rehearsalRequirements } from '../../../src/database/rehearsal/requirements.ts';
import { scratchNameFor } from '../../../src/database/rehearsal/scratch.ts';
import type { Session } from '../../../src/domain/session.ts';
import { type RealPostgres, startPostgres } from '../../support/database/real-postgres.ts';

const scratchName = scratchNameFor('postgres');

let server: RealPostgres;
let production: Session;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.stop());
beforeEach(async () => {
  production = await openPostgres(server.config);
});
afterEach(async () => {
  await production.close();
  expect(await leftOnServer()).toEqual([]);
});

const { after } = expectedCatalogs({
  openScratch: () => openEmbedded(),
  openShadow: null,
  shipped: async () => ({}),
  kept: { read: async () => null, write: async () => undefined },
});

const beside = (database: string) => openPostgres({ ...server.config, database });

/** Rehearses files with these texts; returns the printed lines. */
async function rehearseTexts(
  texts: readonly string[],
  how: {
    readonly alone?: boolean;
    readonly beside?: typeof beside;
    readonly whileThere?: () => Promise<void>;
  } = {},
): Promise<readonly string[]> {
  const files = texts.map((text, index) => ({
    ...{ name: `${100 + index}_own.sql`, text, checksum: checksumOf(text) },
    mode: 'transaction' as const,
  }));
  const { leftOut } = await migrationEffects(files, ['100_own.sql']);
  const scratch = { name: scratchName, database: 'postgres', alone: how.alone ?? true };
  const lines: string[] = [];
  const rehearsal = { scratch, files, leftOut, major: Number(server.major), testedMajor: 18 };
  await rehearse(production, rehearsal, {
    beside: how.beside ?? beside,
    expected: async (all) => {
      await how.whileThere?.();
      return after(all);
    },
    mayCommit: async () => undefined,
    onLine: (line) => lines.push(line),
  });
  return lines;
}

async function answerTo(sql: string): Promise<unknown> {
  const [row] = await production.query(`select (${sql}) as value`);
  return row?.value;
}

async function leftOnServer(): Promise<readonly unknown[]> {
  const session = await openPostgres(server.config);
  const rows = await session.query(
    `select datname::text as name from pg_database where datname like 'erp_deploy%'
     union all select rolname::text from pg_roles where rolname like 'erp%'
     union all select nspname::text from pg_namespace where nspname in ('erp', 'erp_deploy')`,
  );
  await session.close();
  return rows.map(({ name }) => name);
}

const table = 'create schema erp; create table erp.a (id int primary key, name text not null);';
const roles =
  "do $$ begin if to_regrole('erp_api') is null then execute 'create role erp_api nologin'; end if; end $$; grant usage on schema erp to erp_api;";

test('a rehearsal applies every file, compares the schema, and leaves nothing on the server', async () => {
  const lines = await rehearseTexts([table, 'alter table erp.a add column colour text;']);
  expect(lines).toEqual([
    'rehearsed 100_own.sql',
    'rehearsed 101_own.sql',
    'the schema of the rehearsal equals the expected one',
  ]);
});

test('the scratch database has the encoding and locale of production, and PUBLIC may not connect to it', async () => {
  let found: unknown;
  const whileThere = async () => {
    found = await answerTo(
      `select row_to_json(x) from (
         select pg_encoding_to_char(d.encoding) = pg_encoding_to_char(p.encoding) as encoding,
                d.datcollate = p.datcollate and d.datctype = p.datctype as locale,
                exists (select from aclexplode(d.datacl) a where a.grantee = 0) as public
           from pg_database d, pg_database p where d.datname = '${scratchName}' and p.datname = 'postgres') x`,
    );
  };
  await rehearseTexts([table], { whileThere });
  expect(found).toEqual({ encoding: true, locale: true, public: false });
});

test('a statement that the version of the server does not support fails with its file and line, and nothing is applied', async () => {
  const texts = [table, 'alter table erp.a\n  add column key uuid default uuidv7();'];
  await expect(rehearseTexts(texts)).rejects.toMatchObject({
    problems: [
      {
        code: 'ERP-0546',
        what: expect.stringMatching(/\(PostgreSQL \d+\) failed: 101_own\.sql, line 1: function uuidv7\(\)/),
        why: expect.stringContaining('The production database is unchanged'),
      },
    ],
  });
});

test('a schema that differs from the expected one is reported, and the database is dropped', async () => {
  const files = [
    table,
    "do $$ begin if current_setting('server_version_num')::int < 180000 then create table erp.b (); end if; end $$;",
  ];
  await expect(rehearseTexts(files)).rejects.toMatchObject({
    problems: [{ code: 'ERP-0547', excerpt: [expect.stringContaining('erp.b')] }],
  });
});

test('a file with effects on the whole server is left out, and so is a file that needs it; others are rehearsed', async () => {
  const lines = await rehearseTexts([
    table,
    'create role reporting nologin;',
    'grant select on erp.a to reporting;',
    'create table erp.c (id int);',
  ]);
  expect(lines).toEqual([
    'rehearsed 100_own.sql',
    'not rehearsed: 102_own.sql needs 101_own.sql, which is left out',
    'rehearsed 103_own.sql',
    'the schema of the rehearsal equals the expected one',
  ]);
  expect(await answerTo("select count(*)::int from pg_roles where rolname = 'reporting'")).toBe(0);
});

test('a file that fails, and not because of a file that was left out, fails the rehearsal', async () => {
  const texts = [table, 'create role reporting nologin;', 'create table erp.d (id uuid default uuidv7());'];
  await expect(rehearseTexts(texts)).rejects.toMatchObject({ problems: [{ code: 'ERP-0546' }] });
});

test('roles that the bundled file creates are dropped, and roles of the server stay', async () => {
  await rehearseTexts([`${table} ${roles}`]);
  expect(await leftOnServer()).toEqual([]);
  await production.script('create role erp_api nologin');
  await rehearseTexts([`${table} ${roles}`]);
  expect(await leftOnServer()).toEqual(['erp_api']);
  await production.script('drop role erp_api');
});

/** Rehearses until the server ends all of its sessions, as a kill does. */
async function killedRehearsal(): Promise<void> {
  const whileThere = async () => {
    const other = await openPostgres(server.config);
    await other.script(
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()',
    );
    await other.close();
  };
  await expect(rehearseTexts([`${table} ${roles}`], { whileThere })).rejects.toThrow();
  production = await openPostgres(server.config);
}

test('the leftovers of a killed rehearsal are found when the ledger is read, and removed', async () => {
  expect((await readLedgerState(production)).abandoned).toBeNull();
  await killedRehearsal();
  expect(await leftOnServer()).toEqual([scratchName, 'erp_api']);
  await expect.poll(async () => (await readLedgerState(production)).abandoned).not.toBeNull();
  await removeLeftover(production, { name: scratchName, database: 'postgres', alone: false });
  expect((await readLedgerState(production)).abandoned).toBeNull();
});

test('a rehearsal removes the leftovers of a killed one, and completes', async () => {
  await killedRehearsal();
  expect(await rehearseTexts([`${table} ${roles}`])).toContain('rehearsed 100_own.sql');
});

test('removes a scratch database that was created but not yet marked, and no database of others', async () => {
  await production.script(`create database ${scratchName} allow_connections false`);
  expect((await readLedgerState(production)).abandoned).toBe(scratchName);
  await removeLeftover(production, { name: scratchName, database: 'postgres', alone: false });
  await production.script(`create database ${scratchName}`);
  expect((await readLedgerState(production)).abandoned).toBeNull();
  await expect(rehearseTexts([table])).rejects.toMatchObject({
    problems: [{ code: 'ERP-0548', what: expect.stringContaining('erp-deploy did not create it') }],
  });
  await production.script(`drop database ${scratchName}`);
});

test('keeps a leftover role that is used by now, and removes its mark', async () => {
  await killedRehearsal();
  await production.script('create schema theirs; grant usage on schema theirs to erp_api');
  await removeLeftover(production, { name: scratchName, database: 'postgres', alone: true });
  expect(await leftOnServer()).toEqual(['erp_api']);
  expect((await readLedgerState(production)).abandoned).toBeNull();
  await production.script('drop schema theirs; drop role erp_api');
});

test('keeps the scratch database of another running rollout, unless the host is locked', async () => {
  await killedRehearsal();
  const other = await beside(scratchName);
  expect((await readLedgerState(production)).abandoned).not.toBe(scratchName);
  await expect(rehearseTexts([table], { alone: false })).rejects.toMatchObject({
    problems: [{ code: 'ERP-0548', exit: 6, what: expect.stringContaining('Another rollout') }],
  });
  await rehearseTexts([table], { alone: true });
  await other.close();
});

test('a missing CREATEDB, a pooler, a full disk and a full server are each reported as the obstacle', async () => {
  await production.script('create role keeper login');
  const session = await openPostgres({ ...server.config, user: 'keeper' });
  const found = await rehearsalRequirements(session, []);
  await session.close();
  expect(rehearsalObstacle(found, null)).toMatchObject({
    code: 'ERP-0549',
    exit: 3,
    what: expect.stringContaining('keeper may not create a database'),
    todo: [{ text: expect.stringContaining('ALTER ROLE "keeper" CREATEDB;') }, {}],
  });
  await production.script('drop role keeper');
  const direct = await rehearsalRequirements(production, ['plpgsql']);
  expect(rehearsalObstacle(direct, null)).toBeNull();
  expect(rehearsalObstacle(direct, 1_000_000)?.what).toContain('its disk has 1 MB free');
  expect(rehearsalObstacle({ ...direct, freeConnections: 1 }, null)?.what).toContain('1 free connections');
  expect(rehearsalObstacle({ ...direct, pooled: true }, null)?.what).toContain('connection pooler');
});
