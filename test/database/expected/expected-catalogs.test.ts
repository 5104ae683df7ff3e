import { beforeAll, expect, test } from 'vitest';
import { openEmbedded } from '../../../src/adapters/embedded-session.ts';
import { checksumOf } from '../../../src/database/checksum.ts';
import { expectedCatalogs } from '../../../src/database/expected/expected-catalogs.ts';

const migration = (name: string, text: string) =>
  ({ name, text, checksum: checksumOf(text), mode: 'transaction' }) as const;

const catalogs = () =>
  expectedCatalogs({
    openScratch: () => openEmbedded(),
    openShadow: null,
    shipped: async () => ({}),
    kept: { read: async () => null, write: async () => undefined },
  });

async function tablesAfter(...texts: readonly string[]): Promise<readonly string[]> {
  const files = texts.map((text, index) => migration(`${100 + index}_own.sql`, text));
  const { objects } = await catalogs().after(files);
  return objects.filter(({ kind }) => kind === 'table').map(({ name }) => name);
}

const settings: readonly (readonly [what: string, text: string])[] = [
  ['search_path', 'create schema elsewhere; set search_path = elsewhere'],
  [
    'search_path, as pg_dump sets it',
    "select set_config('search_path', '', false); set check_function_bodies = off; set row_security = off",
  ],
  ['a role', 'create role worker nologin; set role worker'],
  ['a role of the transaction', 'set local role worker'],
  ['another user of the session', 'set session authorization worker'],
  ['read-only transactions', 'set default_transaction_read_only = on'],
  ['string syntax', 'set standard_conforming_strings = off; set session_replication_role = replica'],
  [
    'a temporary table of the same name',
    'create temp table people_8 (a int); create temp table others (a int)',
  ],
  ['a prepared statement', 'prepare one as select 1'],
];
let tables: readonly string[];
beforeAll(async () => {
  const next = (place: number) =>
    `prepare one as select 1; create table people_${place} (name text default '\\'); insert into people_${place} default values`;
  tables = await tablesAfter(...settings.flatMap(([, text], place) => [text, next(place + 1)]));
}, 60_000);

test.each(settings.map(([what], place) => [what, `public.people_${place + 1}`]))(
  'what a file sets ends with it: %s',
  (_, table) => {
    expect(tables).toContain(table);
  },
);

test('a deferred constraint that is violated at the end of a file is an error of that file', async () => {
  const text = `create table a (id int primary key);
    create table b (a int references a deferrable initially deferred);
    insert into b values (1)`;
  await expect(tablesAfter(text, 'create table c ()')).rejects.toMatchObject({
    problems: [{ what: expect.stringContaining('cannot apply 100_own.sql') }],
  });
});

test('both kinds of line ends produce the same catalog', async () => {
  const lines = [
    "create function f() returns text language sql as $$ select 'a'",
    "  || 'b' $$;",
    'create view v as',
    "select '1",
    "2' as x;",
  ];
  const files = ['\n', '\r\n'].map((end) => [migration('100_own.sql', lines.join(end))]);
  const [unix, windows] = await Promise.all(files.map((one) => catalogs().after(one)));
  expect(windows).toEqual(unix);
});
