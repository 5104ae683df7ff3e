import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BehaviourResult, checkBehaviour } from '../../../src/database/behaviour/check-behaviour.ts';
import { readCatalog } from '../../../src/database/catalog/read-catalog.ts';
import type { Session } from '../../../src/domain/session.ts';
import { applyBundled } from '../../support/database/bundled-migrations.ts';
import { engines } from '../../support/production/older-engines.ts';
import { userTables } from './tables.ts';

const touch = (table: string) =>
  `create trigger touch before update on erp.${table} for each row execute function erp.update_updated_at_column()`;
const keeping = `create function erp.keep() returns trigger language plpgsql as $$ begin new.updated_at := old.updated_at; return new; end $$;
  create trigger zz_rule before update on erp.kept for each row execute function erp.keep()`;

const tables = userTables(18);
let session: Session;
let results: readonly BehaviourResult[];
beforeAll(async () => {
  session = await applyBundled(await engines['18']());
  for (const { sql } of tables) await session.script(sql);
  await session.script(`
    alter table agent.sessions add badge text not null check (badge ~ '^[A-Z]{2}-[0-9]{3}$'), add cost int not null check (cost * 0 = 1);
    create table erp.aged (created_at timestamptz not null default now(), updated_at timestamptz, check (updated_at >= created_at));
    create table erp.kept (updated_at timestamptz); ${touch('aged')}; ${touch('kept')}; ${keeping};
    create function erp.only_one() returns trigger language plpgsql as $$ begin
      update agent.block_actions set is_default = false where block_id = new.block_id; return new; end $$;
    create trigger only_one before insert on agent.block_actions for each row execute function erp.only_one();
    create table erp.unchecked (person_id bigint references erp.people); alter table erp.unchecked disable trigger all`);
  const report = await checkBehaviour(session, await readCatalog(session));
  if ('skipped' in report) throw new Error(report.skipped);
  results = report.results;
}, 120_000);
afterAll(() => session.close());

test('fails only if a validated foreign key accepts an orphan', () => {
  expect(results.filter(({ ok }) => !ok)).toMatchObject([
    { name: 'unchecked_person_id_fkey on erp.unchecked rejects orphans', actual: 'accepted' },
  ]);
});

test.each(tables)('the foreign key of erp.$table is tested, or the reason is given', ({ table, reason }) => {
  const found = results.filter(({ name }) => name.endsWith(` on erp.${table} rejects orphans`));
  expect(found.map(({ notTested }) => notTested)).toEqual([reason]);
});

test('no result quotes a value of a row', () => {
  expect(JSON.stringify(results)).not.toContain('secret');
});

test.each([
  ['insert into agent.sessions', 'sessions_cost_check on agent.sessions rejected the generated row first'],
  ['erp.aged.updated_at changes on UPDATE', undefined],
  [
    'erp.kept.updated_at changes on UPDATE',
    'erp.kept has triggers or rules of its own that can change the result',
  ],
  [
    'agent.block_actions rejects a second default action of a block',
    'agent.block_actions has triggers or rules of its own that can change the result',
  ],
])('%s: not tested if a constraint of the user prevents it', (name, notTested) => {
  const found = results.find((one) => one.name === name);
  expect([found?.ok, found?.notTested]).toEqual([true, notTested]);
});
