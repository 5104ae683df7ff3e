import { expect, test } from 'vitest';
import { inspectMigration } from '../../../../src/database/migration-rules/inspect-migration.ts';
import { bundledMigrations } from '../../../support/database/bundled-migrations.ts';

async function faultsOf(text: string): Promise<readonly string[]> {
  const inspected = await inspectMigration('100_own.sql', text);
  if (!('faults' in inspected)) return [];
  return inspected.faults.map(({ line, message }) => `${line}: ${message}`);
}
const fault = (line: number, name: string) =>
  `${line}: this removes or renames ${name}, which the schema must contain: every validation would fail`;

test.each<[sql: string, name: string]>([
  ['drop table if exists erp.mine, erp.people cascade', 'table erp.people'],
  ['set search_path = agent, erp; drop table people', 'table erp.people'],
  ['drop schema agent cascade', 'schema agent'],
  ['drop function agent.get_graph_neighbors(text)', 'function agent.get_graph_neighbors'],
  ['drop routine agent.get_graph_neighbors', 'function agent.get_graph_neighbors'],
  ['alter table erp.people add nick text, drop column full_name', 'column erp.people.full_name'],
  ['alter table erp.people rename full_name to name', 'column erp.people.full_name'],
  ['alter table erp.people rename to persons', 'table erp.people'],
  ['alter schema erp rename to business', 'schema erp'],
  ['alter table erp.people set schema archive', 'table erp.people'],
  [
    'alter table erp.projects drop constraint projects_owner_person_id_fkey',
    'foreign key (owner_person_id) of erp.projects',
  ],
  ['alter table erp.people drop constraint people_pkey cascade', 'primary key of erp.people'],
  [
    'alter table agent.facts drop constraint facts_global_id_key',
    'unique constraint (global_id) of agent.facts',
  ],
  ['drop trigger people_set_updated_at on erp.people', 'updated_at trigger of erp.people'],
  ['alter table erp.people disable trigger all', 'updated_at trigger of erp.people'],
  [
    'alter table erp.execution_runs alter variance_pct drop expression',
    'generation of column erp.execution_runs.variance_pct',
  ],
])('refuses with its line: %s', async (sql, name) => {
  expect(await faultsOf(`select 1;\n\n${sql};\n`)).toEqual([fault(3, name)]);
});

test.each([
  'drop table erp.mine',
  'drop table people',
  'alter table erp.people drop column nick',
  'alter table erp.people rename constraint a to b',
  'drop table erp.people cascade; create table erp.people (id int)',
  'alter table erp.people rename to old; create table erp.people (like erp.old)',
  'alter table erp.people drop full_name, add full_name text',
  'drop function agent.get_graph_neighbors(text); create function agent.get_graph_neighbors(text) returns int return 1',
  'alter table erp.projects drop constraint mine',
  'alter table erp.projects drop constraint projects_owner_person_id_fkey, add foreign key (owner_person_id) references erp.people on delete restrict',
  'drop trigger people_set_updated_at on erp.people; create trigger mine before update on erp.people for each row execute function erp.update_updated_at_column()',
  'alter table erp.people disable trigger all; alter table erp.people enable trigger all',
  'drop trigger mine on erp.people',
])('accepts the loss of what the schema does not need, or what the file creates again: %s', async (sql) => {
  expect(await faultsOf(sql)).toEqual([]);
});

test('refuses to drop an extension with the columns of its type', async () => {
  expect(await faultsOf('drop extension vector cascade')).toEqual(
    ['agent.memory_entries', 'agent.episodes'].map((table) => fault(1, `column ${table}.embedding`)),
  );
});

test('accepts the migrations that ship', async () => {
  expect(await Promise.all(bundledMigrations.map(faultsOf))).toEqual([[], []]);
});
