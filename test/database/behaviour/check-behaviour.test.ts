import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type BehaviourResult, checkBehaviour } from '../../../src/database/behaviour/check-behaviour.ts';
import type { Catalog } from '../../../src/database/catalog/catalog.ts';
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

async function results(catalog = expected): Promise<readonly BehaviourResult[]> {
  const report = await checkBehaviour(session, catalog);
  if ('skipped' in report) throw new Error(report.skipped);
  return report.results;
}
const failed = async (catalog?: Catalog) => (await results(catalog)).filter(({ ok }) => !ok);

test('the bundled schema passes every check of its behaviour', async () => {
  const seen = await results();
  expect(seen.filter(({ ok, notTested }) => !ok || notTested !== undefined)).toEqual([]);
  expect(seen.filter(({ name }) => name.endsWith(' rejects orphans'))).toHaveLength(34);
  expect(seen.filter(({ name }) => name.endsWith('.updated_at changes on UPDATE'))).toHaveLength(28);
  expect(seen).toContainEqual({
    name: 'variance_pct of 10 hours estimated and 12 spent is (12 - 10) / 10 * 100',
    ok: true,
    expected: '20.00',
    actual: '20.00',
  });
});

test('reports the same results one by one to a listener', async () => {
  const watched: BehaviourResult[] = [];
  const scripts: number[] = [];
  const counted = {
    ...session,
    script: (sql: string) => {
      scripts.push(watched.length);
      return session.script(sql);
    },
  };
  const report = await checkBehaviour(counted, expected, (result) => void watched.push(result));
  expect(report).toEqual({ results: watched });
  expect(watched).toEqual(await results());
  // Each script is sent after the results of the previous one were reported.
  expect(scripts.length).toBeGreaterThan(10);
  expect(scripts).toEqual(scripts.map((_, index) => index * 4));
});

test('leaves no transaction and no row behind when it is stopped', async () => {
  const stop = new AbortController();
  const reason = new Error('stopped');
  const stopped = checkBehaviour(session, expected, () => stop.abort(reason), stop.signal);
  await expect(stopped).rejects.toBe(reason);
  const [state] = await session.query(
    `select pg_current_xact_id_if_assigned() is not null as inside, (select count(*)::int from erp.people) as people`,
  );
  expect(state).toEqual({ inside: false, people: 0 });
});

test('reports a full disk of the server, and not a failed check of the schema', async () => {
  const full = "begin raise exception 'no room' using errcode = 'disk_full'; end";
  await session.script(`create function no_room() returns trigger language plpgsql as $$ ${full} $$;
    create trigger no_room before insert on erp.people for each row execute function no_room()`);
  await expect(results()).rejects.toMatchObject({ fault: { code: '53100' } });
  await session.script('drop function no_room cascade');
});

test('leaves nothing behind: no row, no used sequence number, no open transaction', async () => {
  const tables = expected.objects.filter(({ kind }) => kind === 'table').map(({ name }) => name);
  const state = async () => ({
    rows: await session.script(tables.map((name) => `select count(*)::int from ${name}`).join(';')),
    sequences: await session.query(
      'select schemaname, sequencename, last_value from pg_sequences order by 1, 2',
    ),
    transaction: await session.query('select pg_current_xact_id_if_assigned()::text as id'),
  });
  await session.script(`insert into erp.people (full_name) values ('Someone')`);
  const before = await state();
  await results();
  expect(await state()).toEqual(before);
  await session.script('truncate erp.people restart identity cascade');
});

describe('a check fails by name if the object that it tests is weakened', () => {
  afterEach(async () => {
    await session.script(
      repairScript(await compareCatalogs(expected, await readCatalog(session)), {
        includeDestructive: true,
      }).join(';\n'),
    );
  });

  const body = '$$ begin return new; end $$';
  test.each<[sql: string, name: string, found: string]>([
    [
      'alter table erp.execution_runs alter column variance_pct drop expression',
      'variance_pct of 10 hours estimated and 12 spent is (12 - 10) / 10 * 100',
      'null',
    ],
    [
      'alter table erp.execution_runs drop column variance_pct; alter table erp.execution_runs add column variance_pct numeric generated always as (coalesce(actual_hours, 0)) stored',
      'variance_pct without an estimate is null',
      '12.00',
    ],
    [
      'alter table erp.tasks disable trigger tasks_set_updated_at',
      'erp.tasks.updated_at changes on UPDATE',
      'unchanged',
    ],
    [
      `create or replace function agent.update_updated_at_column() returns trigger language plpgsql as ${body}`,
      'agent.plans.updated_at changes on UPDATE',
      'unchanged',
    ],
    [
      'alter table erp.tasks drop constraint tasks_project_id_fkey',
      'tasks_project_id_fkey on erp.tasks rejects orphans',
      'accepted',
    ],
    [
      'alter table erp.tasks disable trigger all',
      'tasks_assignee_id_fkey on erp.tasks rejects orphans',
      'accepted',
    ],
    [
      'drop index agent.block_actions_one_default_per_block_idx',
      'agent.block_actions rejects a second default action of a block',
      'accepted',
    ],
    [
      'alter table agent.episodes alter column embedding type vector(3)',
      'agent.episodes accepts an embedding of 1536 dimensions',
      'rejected (22000)',
    ],
    [
      'alter table agent.episodes alter column embedding type vector(3)',
      'agent.episodes rejects an embedding of 3 dimensions',
      'accepted',
    ],
    [
      'alter function agent.get_graph_neighbors(text) rename to neighbours',
      'agent.get_graph_neighbors returns a neighbor',
      'rejected (42883): function agent.get_graph_neighbors(unknown) does not exist',
    ],
    [
      'drop table agent.blocks cascade',
      'agent.blocks.updated_at changes on UPDATE',
      'rejected (42P01): relation "agent.blocks" does not exist',
    ],
  ])('%s', async (sql, name, found) => {
    await session.script(sql);
    const seen = await failed();
    expect(seen).toContainEqual(expect.objectContaining({ name, ok: false, actual: found }));
  });

  test('an object that is missing in the catalog is a failed result', async () => {
    await session.script('drop table erp.execution_runs cascade');
    const seen = await failed(await readCatalog(session));
    expect(seen.map(({ name, actual: found }) => [name, found])).toEqual(
      [
        'of 10 hours estimated and 12 spent is (12 - 10) / 10 * 100',
        'of 0 hours estimated is null',
        'without an estimate is null',
      ].map((words) => [`variance_pct ${words}`, 'erp.execution_runs is missing']),
    );
  });
});
