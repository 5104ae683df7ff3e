import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEmbedded } from '../../../src/adapters/embedded-session.ts';
import { readCatalog } from '../../../src/database/catalog/read-catalog.ts';
import { checksumOf } from '../../../src/database/checksum.ts';
import { compareCatalogs } from '../../../src/database/comparison/compare.ts';
import { expectedCatalogs } from '../../../src/database/expected/expected-catalogs.ts';
import { differenceText } from '../../../src/database/validation/text.ts';
import type { Session } from '../../../src/domain/session.ts';

const text = `create table visit (at timestamptz not null check (at > '2026-01-01'), day date check (day >= '01/02/2026'),
    span interval default '1 2:03') partition by range (at);
  create table visit_26 partition of visit for values from ('2026-01-01') to ('2027-01-01');
  create view late as select * from visit where at > '2026-07-01 12:00'`;
const settings = `set search_path = shop, public; set timezone = 'America/New_York'; set datestyle = 'SQL, DMY';
  set intervalstyle = 'sql_standard'`;
const schema = { name: '100_shop.sql', text: 'create schema shop; create table shop.usual ()' };
const files = [schema, { name: '101_visit.sql', text }].map((file) => ({
  ...file,
  checksum: checksumOf(file.text),
  mode: 'transaction' as const,
}));

let live: Session;
beforeAll(async () => {
  live = await openEmbedded();
});
afterAll(() => live.close());
const catalogs = expectedCatalogs({
  openScratch: () => openEmbedded(),
  openShadow: null,
  shipped: async () => ({}),
  kept: { read: async () => null, write: async () => undefined },
});

/** Returns the differences of a database to which the files were applied between `before` and `after`. */
async function differencesAfter(before: string, after: string): Promise<readonly string[]> {
  await live.script(`begin; ${schema.text}; ${before}; ${text}; ${after}`);
  try {
    const catalog = await readCatalog(live);
    const expected = await catalogs.matching(files, catalog);
    return (await compareCatalogs(expected, catalog)).map(differenceText);
  } finally {
    await live.script('rollback; reset all');
  }
}

test('literals and names are read with the settings of the database', async () => {
  expect(await differencesAfter(settings, '')).toEqual([]);
});

test('later changes are found with these settings as well', async () => {
  const found = await differencesAfter(settings, 'alter table shop.visit alter span drop default');
  expect(found).toHaveLength(1);
  expect(found[0]).toContain('column shop.visit.span: default');
});

test('files that were applied before the database got its settings do not differ', async () => {
  expect(await differencesAfter('', settings)).toEqual([]);
});

test('settings with which the files cannot be applied are not used', async () => {
  const found = await differencesAfter(
    '',
    `drop view late; set datestyle = 'ISO, YMD'; set search_path = absent`,
  );
  expect(found).toEqual([expect.stringContaining('view public.late: missing')]);
});
