import { expect, test } from 'vitest';
import { inspectMigration } from '../../../src/database/migration-rules/inspect-migration.ts';
import { bundledMigrations } from '../../support/database/bundled-migrations.ts';

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
])('accepts what the schema does not need, or what the file makes again: %s', async (sql) => {
  expect(await faultsOf(sql)).toEqual([]);
});

test('accepts the migrations that ship', async () => {
  expect(await Promise.all(bundledMigrations.map(faultsOf))).toEqual([[], []]);
});
