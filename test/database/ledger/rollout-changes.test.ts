import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openEmbedded } from '../../../src/adapters/embedded-session.ts';
import { sqlApplier } from '../../../src/database/apply-sql-change.ts';
import { checksumOf } from '../../../src/database/checksum.ts';
import { ledgerDdl, ledgerHead, readLedgerState } from '../../../src/database/ledger/ledger.ts';
import { readChanges } from '../../../src/database/ledger/recorded-changes.ts';
import { afterRestore, beforeRestore } from '../../../src/database/ledger/restore-sql.ts';
import { changesTable } from '../../../src/database/ledger/rollout-changes.ts';
import type { Database } from '../../../src/domain/ports/database.ts';
import { Secret } from '../../../src/domain/secret.ts';
import type { Session } from '../../../src/domain/session.ts';
import type { MigrationFile, SqlChange } from '../../../src/domain/sql-change.ts';
import { author } from '../../support/database/author.ts';

let session: Session;
beforeAll(async () => {
  session = await openEmbedded();
  await session.script('create role erp_anon; create role erp_api; create role erp_service');
});
afterAll(() => session.close());
beforeEach(async () => {
  await session.script('drop schema if exists erp_deploy, shop cascade; create schema shop');
});

/** A ledger of a version without the table of changes. */
const olderLedger = `${ledgerDdl}; drop table ${changesTable}; drop function erp_deploy.refuse_change()`;

function migration(name: string, text: string): MigrationFile {
  return { name, text, checksum: checksumOf(text), mode: 'transaction' };
}

const first = migration('001_item.sql', 'create table shop.item (id int)');

/** Applies an operation as an author whose names contain quotes that could end a statement. */
async function apply(operation: SqlChange['operation']): Promise<void> {
  const database: Database = {
    target: 'production',
    state: async () => ({ is: 'present' }),
    session: async () => session,
    create: async () => session,
    ignore: () => undefined,
    close: async () => undefined,
  };
  const odd = { ...author, operator: "o'b\\$erp_deploy$@laptop" };
  const target = sqlApplier(database, randomBytes, false, undefined, { author: async () => odd });
  const head = await readLedgerState(session).then(({ rows }) => rows?.at(-1)?.name ?? null);
  await target.apply({ kind: 'sql', database: 'production', operation, before: { head } });
}

const changes = async () => (await readChanges(session)).map(({ change }) => change);

test('each change of the database is recorded with its author, oldest first', async () => {
  await apply({ type: 'migrate', file: first });
  await apply({ type: 'service-password', password: new Secret('a password of no account') });
  const { operator, ...rest } = author;
  expect(operator).toBe('ann@laptop');
  expect(await readChanges(session)).toEqual([
    {
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      ...rest,
      operator: "o'b\\$erp_deploy$@laptop",
      change: 'apply 001_item.sql to the production database',
    },
    expect.objectContaining({ change: 'set the password of erp_service in the production database' }),
  ]);
});

test('a migration that fails leaves no row', async () => {
  await apply({ type: 'migrate', file: first });
  const fails = apply({ type: 'migrate', file: migration('002_fails.sql', 'select 1 / 0') });
  await expect(fails).rejects.toMatchObject({ name: 'ProblemError' });
  expect(await changes()).toEqual(['apply 001_item.sql to the production database']);
});

test.each([
  ['an update', `update ${changesTable} set operator = 'eve'`],
  ['a deletion', `delete from ${changesTable}`],
  ['a truncation', `truncate ${changesTable}`],
  [
    'a deletion while triggers are off',
    `set session_replication_role = replica; delete from ${changesTable}`,
  ],
])('%s of recorded changes is refused, even by the owner', async (_, sql) => {
  await apply({ type: 'migrate', file: first });
  const before = await readChanges(session);
  await expect(session.script(sql)).rejects.toMatchObject({ fault: { code: '42501' } });
  await session.script('reset session_replication_role');
  expect(await readChanges(session)).toEqual(before);
});

test.each(['erp_anon', 'erp_api', 'erp_service'])('%s can neither read nor add rows', async (role) => {
  await apply({ type: 'migrate', file: first });
  for (const sql of [
    `select * from ${changesTable}`,
    `insert into ${changesTable} select * from ${changesTable}`,
  ]) {
    await expect(session.script(`set role ${role}; ${sql}`)).rejects.toMatchObject({
      fault: { code: '42501' },
    });
    await session.script('reset role');
  }
});

test('a ledger of an earlier version still works, and gets the table only by a separate change', async () => {
  await session.script(olderLedger);
  await apply({ type: 'migrate', file: first });
  expect(await ledgerHead(session)).toBe(first.name);
  expect(await readLedgerState(session)).toMatchObject({ recordsChanges: false });
  expect(await changes()).toEqual([]);
  await apply({ type: 'record-changes' });
  expect(await readLedgerState(session)).toMatchObject({ recordsChanges: true });
  expect(await changes()).toEqual([expect.stringContaining('make the table erp_deploy.rollout_changes')]);
});

test('a restore keeps the rows recorded after the dump, and adds its own', async () => {
  await apply({ type: 'migrate', file: first });
  const dumped = await session.query(`select * from ${changesTable}`);
  await apply({ type: 'migrate', file: migration('002_later.sql', 'create table shop.later ()') });
  await session.script(beforeRestore(['shop', 'erp_deploy']));
  await session.script(ledgerDdl);
  await session.query(
    `insert into ${changesTable} select * from json_populate_recordset(null::${changesTable}, $1::json)`,
    [JSON.stringify(dumped)],
  );
  await session.script(afterRestore(author, 'restore a dump'));
  expect(await changes()).toEqual([
    'apply 001_item.sql to the production database',
    'apply 002_later.sql to the production database',
    'restore a dump',
  ]);
});

test('a restore of a dump from an earlier version also creates the table', async () => {
  await apply({ type: 'migrate', file: first });
  await session.script(beforeRestore(['shop', 'erp_deploy']));
  await session.script(olderLedger);
  await session.script(afterRestore(author, 'restore a dump'));
  expect(await changes()).toEqual(['apply 001_item.sql to the production database', 'restore a dump']);
});
