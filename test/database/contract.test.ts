import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Catalog,
  type CatalogObject,
  keyOf,
  type ObjectKey,
  tableOf,
} from '../../src/database/catalog/catalog.ts';
import { readCatalog } from '../../src/database/catalog/read-catalog.ts';
import { checkContract, contractSchema } from '../../src/database/contract.ts';
import { countObjects } from '../../src/database/counts.ts';
import type { Session } from '../../src/domain/session.ts';
import { applyBundled } from '../support/database/bundled-migrations.ts';
import { engines } from '../support/production/older-engines.ts';

const file = new URL('../../assets/data/schema-contract.json', import.meta.url);
const contract = contractSchema.parse(JSON.parse(readFileSync(file, 'utf8')));

let session: Session;
let catalog: Catalog;
beforeAll(async () => {
  session = await applyBundled(await engines['18']());
  catalog = await readCatalog(session);
}, 120_000);
afterAll(() => session.close());

const found = (changed: Catalog) =>
  checkContract(contract, changed).map(({ kind, name, aspect }) => `${kind} ${name}: ${aspect}`);
const without = (key: string): Catalog => ({
  ...catalog,
  objects: catalog.objects.filter((object) => keyOf(object) !== key),
});
const altered = (key: ObjectKey, attributes: CatalogObject['attributes']): Catalog => ({
  ...catalog,
  objects: catalog.objects.map((object) =>
    keyOf(object) === key ? { ...object, attributes: { ...object.attributes, ...attributes } } : object,
  ),
});

test('the bundled migrations fulfil the whole contract', () => {
  expect(found(catalog)).toEqual([]);
});

test('the bundled migrations create as many objects as the checklist lists', () => {
  const { tables: _sum, erpTables, agentTables, ...counts } = contract.counts;
  expect(countObjects(catalog)).toEqual({ ...counts, tablesErp: erpTables, tablesAgent: agentTables });
});

test('every table, column, key, trigger and function of the contract is reported if it is missing', () => {
  const listed = Object.entries(contract.tables);
  const keys = [
    ...listed.map(([table]) => `table ${table}`),
    ...listed.flatMap(([table, { columns }]) => columns.map((column) => `column ${table}.${column}`)),
    ...catalog.objects
      .filter(({ kind }) => /^(primary key|foreign key|trigger|function)$/.test(kind))
      .map(keyOf),
    ...catalog.objects
      .filter(({ kind, columns }) => kind === 'unique' && columns[0] !== 'global_id')
      .map(keyOf),
    'index agent.block_actions_one_default_per_block_idx',
  ].filter((key) => !key.includes('update_updated_at_column'));
  expect(keys.length).toBeGreaterThan(500);
  expect(keys.filter((key) => found(without(key)).length === 0)).toEqual([]);
});

test.each<[key: ObjectKey, attributes: CatalogObject['attributes'], line: string]>([
  ['column agent.episodes.embedding', { type: 'vector(3)' }, 'column agent.episodes.embedding: type'],
  [
    'column erp.execution_runs.variance_pct',
    { generated: null },
    'column erp.execution_runs.variance_pct: generated',
  ],
  [
    'trigger tasks_set_updated_at on erp.tasks',
    { enabled: 'no' },
    'trigger updated_at on erp.tasks: missing',
  ],
  [
    'foreign key tasks_project_id_fkey on erp.tasks',
    { validated: 'no' },
    'foreign key (project_id) on erp.tasks: enforced',
  ],
  [
    'foreign key tasks_project_id_fkey on erp.tasks',
    { triggers: 'disabled on erp.tasks' },
    'foreign key (project_id) on erp.tasks: enforced',
  ],
  [
    'index agent.block_actions_one_default_per_block_idx',
    { unique: 'no' },
    'index (block_id) where is_default on agent.block_actions: missing',
  ],
  ['unique tools_name_key on agent.tools', { valid: 'no' }, 'unique (name) on agent.tools: missing'],
])('%s with %o is reported', (key, attributes, line) => {
  expect(found(altered(key, attributes))).toEqual([line]);
});

test('objects that a user adds do not break the contract', async () => {
  await session.script(`begin; create schema theirs; create table erp.more (id int primary key references erp.people);
    alter table erp.people add column nick text unique; create index on erp.people (nick)`);
  const wider = await readCatalog(session);
  await session.script('rollback');
  expect(found(wider)).toEqual([]);
  expect(wider.objects.filter((object) => tableOf(object) === 'erp.more').length).toBeGreaterThan(0);
});
