import * as z from 'zod';
import { type Catalog, type CatalogObject, type ObjectKind, tableOf } from './catalog/catalog.ts';
import type { Difference } from './comparison/difference.ts';
import { updatedAtTriggers } from './updated-at.ts';

const columnToName = z.record(z.string(), z.string());
const tableContract = z.object({
  /** The heading of the checklist above the table. */
  group: z.string(),
  columns: z.array(z.string()),
  primaryKey: z.array(z.string()),
  /** Column to the table whose `id` it references. */
  references: columnToName,
  /** Columns with a unique constraint of their own. */
  unique: z.array(z.string()),
  types: columnToName,
  generated: z.array(z.string()),
  /** A boolean column to another column: for each value of the latter, the former is true in at most one row. */
  onePer: columnToName,
  updatedAtTrigger: z.boolean(),
});

/** `assets/data/schema-contract.json`: the objects that the checklist requires at least. */
export const contractSchema = z.object({
  counts: z.record(z.string(), z.number()),
  functions: z.array(
    z.object({ name: z.string(), arguments: z.array(z.string()), schemas: z.array(z.string()) }),
  ),
  tables: z.record(z.string(), tableContract),
});
export type Contract = z.infer<typeof contractSchema>;
type TableContract = z.infer<typeof tableContract>;

/** Returns everything that the contract requires and the catalog lacks. Additional objects are allowed. */
export function checkContract(contract: Contract, catalog: Catalog): Difference[] {
  const parts = Map.groupBy(catalog.objects, (object) => tableOf(object) ?? '');
  const existing = new Set(catalog.objects.flatMap(({ kind, name }) => (kind === 'table' ? [name] : [])));
  const withTrigger = new Set(
    updatedAtTriggers(catalog)
      .filter(({ attributes }) => attributes.enabled === 'yes')
      .map(tableOf),
  );
  const tables = Object.entries(contract.tables).flatMap(([name, table]) =>
    existing.has(name)
      ? checkTable(name, table, parts.get(name) ?? [], withTrigger.has(name))
      : lacking('table', name, name, 'a table'),
  );
  return [...tables, ...contract.functions.flatMap((wanted) => checkFunction(wanted, catalog))];
}

function checkTable(
  name: string,
  wanted: TableContract,
  parts: readonly CatalogObject[],
  hasUpdatedAtTrigger: boolean,
): Difference[] {
  const missing = (kind: ObjectKind, what: string, required: string) =>
    lacking(kind, `${what} on ${name}`, name, required);
  const has = (fits: (object: CatalogObject) => boolean) => parts.some(fits);
  const listed = wanted.columns.flatMap((column) => checkColumn(name, column, wanted, parts));
  const key = has(({ kind, columns }) => kind === 'primary key' && same(columns, wanted.primaryKey))
    ? []
    : missing('primary key', `(${wanted.primaryKey.join(', ')})`, 'a primary key');
  const references = Object.entries(wanted.references).flatMap(([column, target]) =>
    checkReference(name, column, target, parts),
  );
  const unique = wanted.unique.flatMap((column) =>
    has((object) => makesUnique(object, column, ''))
      ? []
      : missing('unique', `(${column})`, 'a unique constraint of its own'),
  );
  const onePer = Object.entries(wanted.onePer).flatMap(([flag, column]) =>
    has((object) => makesUnique(object, column, ` WHERE ${flag}`))
      ? []
      : missing('index', `(${column}) where ${flag}`, `one row with ${flag} for each ${column}`),
  );
  const trigger =
    hasUpdatedAtTrigger || !wanted.updatedAtTrigger
      ? []
      : missing('trigger', 'updated_at', 'an enabled trigger');
  return [...listed, ...key, ...references, ...unique, ...onePer, ...trigger];
}

function checkColumn(
  table: string,
  column: string,
  wanted: TableContract,
  parts: readonly CatalogObject[],
): Difference[] {
  const name = `${table}.${column}`;
  const found = parts.find((object) => object.kind === 'column' && object.name === name);
  if (found === undefined) return lacking('column', name, table, 'a column');
  const type = wanted.types[column];
  const wrong = (aspect: string, required: string, actual: string | null) => [
    difference({ kind: 'column', name, table, aspect, expected: required, actual: actual }),
  ];
  const { type: hasType = null, generated = null } = found.attributes;
  return [
    ...(type === undefined || hasType === type ? [] : wrong('type', type, hasType)),
    ...(!wanted.generated.includes(column) || generated !== null
      ? []
      : wrong('generated', 'computed by the database', null)),
  ];
}

/** Checks that a foreign key exists, is valid for all rows, and is enabled. */
function checkReference(
  table: string,
  column: string,
  target: string,
  parts: readonly CatalogObject[],
): Difference[] {
  const name = `(${column}) on ${table}`;
  const found = parts.filter(
    ({ kind, columns, references }) =>
      kind === 'foreign key' &&
      same(columns, [column]) &&
      references?.table === target &&
      same(references.columns, ['id']),
  );
  if (found.length === 0) return lacking('foreign key', name, table, `references ${target} (id)`);
  const holds = found.some(
    ({ attributes }) => attributes.validated === 'yes' && attributes.triggers === 'enabled',
  );
  const { validated = null, triggers = null } = found[0]?.attributes ?? {};
  const actual = `validated: ${validated}, triggers: ${triggers}`;
  const aspect = 'enforced';
  return holds
    ? []
    : [difference({ kind: 'foreign key', name, table, aspect, expected: 'for all rows', actual: actual })];
}

function makesUnique(
  { kind, columns, attributes }: CatalogObject,
  column: string,
  condition: string,
): boolean {
  if (!same(columns, [column]) || attributes.valid === 'no') return false;
  if (kind === 'unique' || kind === 'primary key') return condition === '';
  const [, where = ''] = /( WHERE .*)$/.exec(attributes.definition ?? '') ?? [];
  return kind === 'index' && attributes.unique === 'yes' && where === condition;
}

function checkFunction(
  { name, schemas, arguments: names }: Contract['functions'][number],
  catalog: Catalog,
): Difference[] {
  const exists = catalog.objects.some(
    ({ kind, schema, part, attributes }) =>
      kind === 'function' &&
      part === name &&
      schemas.includes(schema ?? '') &&
      takes(attributes.signature ?? '', names),
  );
  return exists
    ? []
    : lacking('function', `${schemas.join(' or ')}.${name}(${names.join(', ')})`, null, 'a function');
}

const takes = (signature: string, names: readonly string[]) =>
  names.length === 0
    ? signature.startsWith('()')
    : names.every((one) => new RegExp(`[(,] ?${one} `).test(signature));
const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((one, place) => one === b[place]);

const lacking = (kind: ObjectKind, name: string, table: string | null, wanted: string) => [
  difference({ kind, name, table, aspect: 'missing', expected: wanted, actual: null }),
];

function difference(
  about: Pick<Difference, 'kind' | 'name' | 'table' | 'aspect' | 'expected' | 'actual'>,
): Difference {
  const schema = (about.table ?? about.name).split('.')[0] ?? null;
  return { ...about, schema, severity: 'difference', covers: [], repair: [] };
}
