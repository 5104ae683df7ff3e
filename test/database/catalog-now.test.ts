import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEmbedded } from '../../src/adapters/embedded-session.ts';
import { catalogNow } from '../../src/database/catalog/catalog-now.ts';
import { readCatalog } from '../../src/database/catalog/read-catalog.ts';
import type { Session } from '../../src/domain/session.ts';

let session: Session;
beforeAll(async () => {
  session = await openEmbedded();
  await session.script('create schema erp; create table erp.a (id int)');
});
afterAll(() => session.close());

test('does not read an unchanged catalog again', async () => {
  const first = await catalogNow(session);
  await session.query('select * from erp.a');
  expect(await catalogNow(session)).toBe(first);
});

test.each([
  'create table erp.b (id int)',
  'alter table erp.a disable trigger all; create index a_idx on erp.a (id)',
  "comment on table erp.a is 'x'",
  'revoke all on schema erp from public; grant usage on schema erp to public',
  'begin; drop table erp.a; commit',
])('notices the change made by %s', async (sql) => {
  const before = await catalogNow(session);
  await session.script(sql);
  const after = await catalogNow(session);
  expect(after).not.toBe(before);
  expect(after).toEqual(await readCatalog(session));
});

test('notices the changes of its own open transaction, and their rollback', async () => {
  await session.script('begin; create table erp.opened (id int)');
  expect(await catalogNow(session)).toEqual(await readCatalog(session));
  await session.script('alter table erp.opened add column name text');
  expect(await catalogNow(session)).toEqual(await readCatalog(session));
  await session.script('rollback');
  expect(await catalogNow(session)).toEqual(await readCatalog(session));
});
