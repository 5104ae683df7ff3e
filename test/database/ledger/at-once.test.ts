import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openPostgres } from '../../../src/adapters/postgres-session.ts';
import { serverDatabase } from '../../../src/connections/server-database.ts';
import { sqlApplier } from '../../../src/database/apply-sql-change.ts';
import { checksumOf } from '../../../src/database/checksum.ts';
import { applyMigration } from '../../../src/database/ledger/apply.ts';
import { ledgerDdl, ledgerHead } from '../../../src/database/ledger/ledger.ts';
import { Secret } from '../../../src/domain/secret.ts';
import type { Session } from '../../../src/domain/session.ts';
import type { MigrationFile, SqlChange } from '../../../src/domain/sql-change.ts';
import { type RealPostgres, startPostgres } from '../../support/database/real-postgres.ts';

let server: RealPostgres;
beforeAll(async () => {
  server = await startPostgres();
  const session = await openPostgres(server.config);
  await session.script(`${ledgerDdl}; create role erp_anon; create role erp_api`);
  await session.close();
}, 60_000);
afterAll(() => server.stop());

function migration(name: string, text: string): MigrationFile {
  return { name, text, checksum: checksumOf(text), mode: 'transaction' };
}

async function opened(): Promise<Session> {
  const session = await openPostgres(server.config);
  onTestFinished(() => session.close());
  return session;
}

/** Holds the lock of the ledger, as the migration of another operator does, until it is released. */
async function otherAtWork(): Promise<Session> {
  const other = await opened();
  await other.script('begin; select pg_advisory_xact_lock(720261122)');
  return other;
}

test('a migration that waits too long for another one ends, and names the holder of the lock', async () => {
  await otherAtWork();
  const session = await opened();
  const waiting = applyMigration(session, migration('100_a.sql', 'create table a ()'), null, 100);
  await expect(waiting).rejects.toMatchObject({
    problems: [
      { code: 'ERP-0511', exit: 6, why: expect.stringContaining('erp-deploy, as postgres from 127.0.0.1') },
    ],
  });
  expect(await session.query("select to_regclass('a') as a")).toEqual([{ a: null }]);
});

test('a migration without a time limit continues when the other one has ended', async () => {
  const other = await otherAtWork();
  const session = await opened();
  const waiting = applyMigration(session, migration('100_b.sql', 'create table b ()'), null, 0);
  const blocked = "select from pg_locks where locktype = 'advisory' and not granted";
  const look = await opened();
  await expect.poll(async () => (await look.query(blocked)).length).toBe(1);
  await other.script('rollback');
  await waiting;
  expect(await look.query("select to_regclass('b')::text as b")).toEqual([{ b: 'b' }]);
});

test('a migration changes nothing if the ledger has changed meanwhile', async () => {
  const session = await opened();
  const late = applyMigration(session, migration('101_c.sql', 'create table c ()'), '099_before.sql');
  await expect(late).rejects.toMatchObject({ name: 'PreconditionFailed' });
  expect(await session.query("select to_regclass('c') as c")).toEqual([{ c: null }]);
});

test('settings of a migration do not persist, and the session keeps its timeouts', async () => {
  const session = await opened();
  const text = "set search_path = elsewhere; set lock_timeout = '1h'; create table public.d ()";
  await applyMigration(session, migration('102_d.sql', text), '100_b.sql');
  const [found] = await session.query(
    `select current_setting('search_path') as path, current_setting('lock_timeout') as lock_timeout`,
  );
  expect(found).toEqual({ path: '"$user", public', lock_timeout: '10s' });
});

test.each<SqlChange['operation']>([
  { type: 'migrate', file: migration('100_late.sql', 'create table late ()') },
  { type: 'adopt', files: [migration('100_late.sql', 'create table late ()')] },
  { type: 'authenticator', password: new Secret('late') },
])('a rollout that lost the lock changes nothing: $type', async (operation) => {
  const own = await opened();
  const head = await ledgerHead(own);
  let isLost = false;
  // The lock was held when the change began. This process slept, and wakes after the change was made, but before its
  // commit.
  const session: Session = {
    ...own,
    script: async (sql) => {
      const answer = await own.script(sql);
      if (/late|erp_authenticator/.test(sql)) isLost = true;
      return answer;
    },
  };
  const mayCommit = async () => {
    if (isLost) throw new Error('another one took over');
  };
  const database = serverDatabase(
    'production',
    async () => true,
    async () => session,
  );
  const target = sqlApplier(database, randomBytes, false, mayCommit);
  const change = { kind: 'sql', database: 'production', operation, before: { head } } as const;
  await expect(target.apply(change)).rejects.toThrow('another one took over');
  const look = await opened();
  expect(await ledgerHead(look)).toBe(head);
  const made =
    "select to_regclass('late') as late, (select count(*)::int from pg_roles where rolname = 'erp_authenticator') as roles";
  expect(await look.query(made)).toEqual([{ late: null, roles: 0 }]);
});
