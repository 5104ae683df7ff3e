import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Catalog, keyOf } from '../../../src/database/catalog/catalog.ts';
import { readCatalog } from '../../../src/database/catalog/read-catalog.ts';
import { compareCatalogs } from '../../../src/database/comparison/compare.ts';
import { repairScript } from '../../../src/database/comparison/repair-script.ts';
import type { Session } from '../../../src/domain/session.ts';
import { applyBundled } from '../../support/database/bundled-migrations.ts';
import { engines } from '../../support/production/older-engines.ts';

let session: Session;
let expected: Catalog;
beforeAll(async () => {
  session = await applyBundled(await engines['18']());
  expected = await readCatalog(session);
}, 120_000);
afterAll(() => session.close());
beforeEach(async () => void (await session.script('begin')));
afterEach(async () => void (await session.script('rollback')));

async function differencesAfter(sql: string, against = expected, strict = false) {
  await session.script(sql);
  const found = await compareCatalogs(against, await readCatalog(session), { strict });
  return found.map((one) => [one.severity, one.kind, one.name, one.aspect]);
}

const harmless =
  'create index people_extra on erp.people (notes); create view erp.names as select full_name from erp.people';

test('an extra plain index and an extra view are notes', async () => {
  expect(await differencesAfter(harmless)).toEqual([
    ['note', 'view', 'erp.names', 'extra'],
    ['note', 'index', 'erp.people_extra', 'extra'],
  ]);
});

test('a strict comparison turns notes into differences', async () => {
  expect((await differencesAfter(harmless, expected, true)).map(([severity]) => severity)).toEqual([
    'difference',
    'difference',
  ]);
});

test('an extra unique index is a difference, because it rejects rows', async () => {
  expect(await differencesAfter('create unique index people_extra on erp.people (email)')).toEqual([
    ['difference', 'index', 'erp.people_extra', 'extra'],
  ]);
});

test('an extra table is one difference, its columns and keys included', async () => {
  await session.script('create table erp.extra (id int primary key, person bigint references erp.people)');
  const [found, ...others] = await compareCatalogs(expected, await readCatalog(session));
  expect(others).toEqual([]);
  expect(found).toMatchObject({ kind: 'table', name: 'erp.extra', severity: 'difference' });
  expect(found?.covers).toContain('erp.extra.person');
  expect(found?.repair.map(({ sql }) => sql)).toEqual(['drop table erp.extra']);
});

test('schemas that the migrations do not use are not compared', async () => {
  expect(
    await differencesAfter(
      'create schema theirs; create table theirs.own (id int); create table public.own (id int)',
    ),
  ).toEqual([]);
});

test('if the migrations use public, other objects in it are notes', async () => {
  await session.script('create table public.ours (id int)');
  const wider = await readCatalog(session);
  expect(
    await differencesAfter(
      'create table public.theirs (id int); alter table public.ours add more int',
      wider,
    ),
  ).toEqual([
    ['note', 'column', 'public.ours.more', 'extra'],
    ['note', 'table', 'public.theirs', 'extra'],
  ]);
});

test('a repair drops and creates again a view in another schema that blocks it', async () => {
  await session.script(`create schema theirs; create view theirs.emails as select email from erp.people;
    drop view theirs.emails; alter table erp.people alter column email type varchar(99);
    create view theirs.emails as select email from erp.people`);
  const before = (await readCatalog(session)).objects.filter(({ schema }) => schema === 'theirs').map(keyOf);
  const found = await compareCatalogs(expected, await readCatalog(session));
  await session.script(repairScript(found, { includeDestructive: true }).join(';\n'));
  const after = await readCatalog(session);
  expect(
    (await compareCatalogs(expected, after)).filter(({ severity }) => severity === 'difference'),
  ).toEqual([]);
  expect(after.objects.filter(({ schema }) => schema === 'theirs').map(keyOf)).toEqual(before);
});

test('the owner of the database may have the name of a role of erp-deploy', async () => {
  await session.script('create role erp_admin; create role erp_other');
  await session.script('alter schema erp owner to erp_admin');
  const found = await compareCatalogs(expected, await readCatalog(session));
  expect(found.filter(({ kind }) => kind === 'role').map(({ name, severity }) => [name, severity])).toEqual([
    ['erp_other', 'note'],
  ]);
});

test('an extra extension is a note, a missing one a difference', async () => {
  const without = {
    ...expected,
    objects: expected.objects.filter(({ kind, name }) => kind !== 'extension' || name !== 'plpgsql'),
  };
  const live = await readCatalog(session);
  const seen = [...(await compareCatalogs(without, live)), ...(await compareCatalogs(expected, without))];
  expect(seen.map(({ aspect, severity, name }) => [name, aspect, severity])).toEqual([
    ['plpgsql', 'extra', 'note'],
    ['plpgsql', 'missing', 'difference'],
  ]);
});

test('MAINTAIN, which older servers lack, is compared only if both sides support it', async () => {
  await session.script('grant maintain on erp.people to erp_api');
  const live = await readCatalog(session);
  expect((await compareCatalogs(expected, live)).map(({ aspect }) => aspect)).toEqual(['MAINTAIN']);
  expect(await compareCatalogs({ ...expected, serverVersion: '16.4' }, live)).toEqual([]);
});

test('a missing trigger function includes its missing triggers', async () => {
  await session.script('drop function erp.update_updated_at_column() cascade');
  const [found, ...others] = await compareCatalogs(expected, await readCatalog(session));
  expect(others).toEqual([]);
  expect(found?.covers).toHaveLength(14);
});

test('differences are ordered by schema and table, with a table before its parts', async () => {
  const seen = await differencesAfter(`alter table erp.tasks set unlogged, drop column title;
    drop table agent.plans cascade; alter role erp_api login; alter table erp.okrs drop constraint okrs_status_check`);
  expect(seen.map(([, kind, name]) => `${kind} ${name}`)).toEqual([
    'role erp_api',
    'table agent.plans',
    'check okrs_status_check on erp.okrs',
    'table erp.tasks',
    'column erp.tasks.title',
  ]);
});
