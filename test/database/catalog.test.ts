import { expect, test } from 'vitest';
import { readCatalog } from '../../src/database/catalog/read-catalog.ts';
import { compareCatalogs } from '../../src/database/comparison/compare.ts';
import type { Session } from '../../src/domain/session.ts';
import { applyBundled } from '../support/database/bundled-migrations.ts';
import { engines } from '../support/production/older-engines.ts';

/** A session that counts what is sent to the server. */
function counted(session: Session): Session & { readonly trips: () => number } {
  let trips = 0;
  const count = <T>(answer: T): T => {
    trips += 1;
    return answer;
  };
  return {
    query: (sql, parameters) => count(session.query(sql, parameters)),
    script: (sql) => count(session.script(sql)),
    close: () => session.close(),
    trips: () => trips,
  };
}

/** A transaction holds a lock on each table that it creates, and the lock table has room for only some thousands. */
const manyTables = (from: number, to: number) =>
  Array.from({ length: (to - from) / 500 }, (_, part) => {
    const first = from + part * 500;
    return `do $$ begin for n in ${first}..${first + 499} loop
      execute format('create table many.t%s (id int not null)', n); end loop; end $$; commit; begin`;
  }).join(';\n');

test('reads a catalog of a thousand tables, and one of four thousand, in one round trip each', {
  timeout: 120_000,
}, async () => {
  const session = counted(await engines['18']());
  await session.script('create schema many');
  const seen = [];
  for (const [from, to] of [
    [0, 1000],
    [1000, 4000],
  ] as const) {
    await session.script(`begin; ${manyTables(from, to)}; commit`);
    const before = session.trips();
    const { objects } = await readCatalog(session);
    seen.push([objects.filter(({ kind }) => kind === 'table').length, session.trips() - before]);
  }
  await session.close();
  expect(seen).toEqual([
    [1000, 1],
    [4000, 1],
  ]);
});

test('the schema of an extension does not matter', async () => {
  const usual = await applyBundled(await engines['18']());
  const expected = await readCatalog(usual);
  await usual.close();
  const elsewhere = await engines['18']();
  await elsewhere.script(
    'create schema extensions; create extension vector schema extensions; set search_path = public, extensions',
  );
  await applyBundled(elsewhere);
  const live = await readCatalog(elsewhere);
  await elsewhere.close();
  expect(await compareCatalogs(expected, live, { strict: true })).toEqual([]);
});

test('leaves out the ledger, temporary tables, and objects of extensions', async () => {
  const session = await engines['18']();
  await session.script(`create extension vector; create schema erp_deploy; create table erp_deploy.ledger (id int);
    create temporary table passing (id int)`);
  const { objects } = await readCatalog(session);
  await session.close();
  expect(objects.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'extension plpgsql',
    'extension vector',
    'schema public',
    'grant on schema public to public',
  ]);
});
