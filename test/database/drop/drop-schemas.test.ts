import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openEmbedded } from '../../../src/adapters/embedded-session.ts';
import { dropSchemas } from '../../../src/database/drop/drop-schemas.ts';
import { contentsOf } from '../../../src/database/drop/table-contents.ts';
import { ledgerDdl } from '../../../src/database/ledger/ledger.ts';
import { ProblemError } from '../../../src/domain/problem.ts';
import type { Session } from '../../../src/domain/session.ts';
import type { SchemasToDrop } from '../../../src/domain/sql-change.ts';

const made = `
  create schema shop;
  create schema stock;
  create table shop.item (id int primary key, name text);
  create table stock.place (id int primary key, item int references shop.item);
  insert into erp_deploy.migrations (name, checksum, body, duration_ms) values ('001_shop.sql', 'x', '', 1);
`;
const head = '001_shop.sql';
const empty: SchemasToDrop = { names: ['shop', 'stock'], migrations: [head], contents: [] };

let session: Session;

beforeAll(async () => {
  session = await openEmbedded();
});
beforeEach(async () => {
  await session.script(
    'drop schema if exists shop, stock, erp_deploy cascade; drop table if exists public.note',
  );
  await session.script(ledgerDdl);
  await session.script(made);
});
afterAll(() => session.close());

async function refusal(schemas: SchemasToDrop): Promise<string> {
  const refused = await dropSchemas(session, schemas, head).catch((error: unknown) => error);
  if (!(refused instanceof ProblemError)) throw refused;
  // Nothing was dropped: the tables and the ledger can still be queried.
  await session.query('select * from shop.item, stock.place, erp_deploy.migrations');
  return refused.problems[0].code;
}

it('drops empty schemas together with their ledger', async () => {
  await dropSchemas(session, empty, head);
  const left = await session.query(
    "select nspname from pg_namespace where nspname in ('shop', 'stock', 'erp_deploy')",
  );
  expect(left).toEqual([]);
});

it('drops nothing if a row was inserted meanwhile', async () => {
  await session.script("insert into shop.item values (1, 'a pen')");
  expect(await refusal(empty)).toBe('ERP-0840');
});

it('drops the confirmed rows, and nothing if one has changed since', async () => {
  await session.script("insert into shop.item values (1, 'a pen')");
  const contents = await contentsOf(session, empty.names);
  expect(contents).toMatchObject([{ table: 'shop.item', rows: 1 }]);
  await session.script("update shop.item set name = 'a pencil'");
  expect(await refusal({ ...empty, contents })).toBe('ERP-0840');
  await dropSchemas(session, { ...empty, contents: await contentsOf(session, empty.names) }, head);
});

it.each([
  ['a view', 'create view public.items as select * from shop.item'],
  ['a key', 'create table public.note (item int references shop.item)'],
  [
    'a default',
    "create sequence shop.numbers; create table public.note (n int default nextval('shop.numbers'))",
  ],
])('drops nothing if %s outside the schemas would be dropped with them', async (_, sql) => {
  await session.script(sql);
  expect(await refusal(empty)).toBe('ERP-0842');
});

it('drops nothing if the ledger contains a migration that was not confirmed', async () => {
  await session.script(
    "insert into erp_deploy.migrations (name, checksum, body, duration_ms) values ('000_more.sql', 'x', '', 1)",
  );
  expect(await refusal(empty)).toBe('ERP-0841');
});
