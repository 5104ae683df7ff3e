import { type Catalog, type CatalogObject, tableOf } from '../catalog/catalog.ts';
import { quotedName } from '../sql/quoted-name.ts';
import { type AnyCheck, type CheckMaker, whyRejected } from './check.ts';
import { conditionsOf, missingCondition } from './conditions.ts';
import type { RowMaker } from './row-maker.ts';
import type { TableLookup, TableParts } from './table-parts.ts';
import { baseType } from './types.ts';
import type { ValueSource } from './values.ts';

interface OrphanParts {
  readonly rows: RowMaker;
  readonly source: ValueSource;
  readonly find: TableLookup;
  readonly checkOf: CheckMaker;
}

/** Returns a check for each foreign key of the schemas that ship; those of other schemas are not tested. */
export function orphansRejected(parts: OrphanParts, catalog: Catalog): readonly AnyCheck[] {
  return catalog.objects.flatMap((key) => {
    const table = tableOf(key);
    if (key.kind !== 'foreign key' || table === null || !/^(erp|agent)$/.test(key.schema ?? '')) return [];
    return orphanRejected(parts, key, table);
  });
}

/** Only an orphan that a validated key accepts is a fault. */
function orphanRejected(
  { rows, source, find, checkOf }: OrphanParts,
  key: CatalogObject,
  table: string,
): AnyCheck {
  const parent = key.references?.table ?? '';
  const rejectedBy = (relation: string) => `rejected by ${key.part} on ${relation}`;
  const insertOrphan =
    (
      make: RowMaker['rowFor'],
      shared: readonly string[],
      {
        withoutParents = [key],
        filled = [],
      }: { withoutParents?: readonly CatalogObject[]; filled?: readonly string[] } = {},
    ) =>
    () => {
      const { given, also, conditions } = orphanValues(key, find(table), find, source, shared);
      const { inserts } = make(table, given, { also: [...also, ...filled], withoutParents, conditions });
      return [
        ...inserts.slice(0, -1),
        `${inserts.at(-1)} returning tableoid, ctid into ed_table, ed_place`,
        // If a policy hides the parent from this role, its child would look like an orphan.
        `perform set_config('row_security', 'off', true)`,
        `select ${isOrphan(key, parent)} into ed_orphan from ${table} child where tableoid = ed_table and ctid = ed_place`,
        `found := case when ed_orphan then 'accepted' when not ed_orphan then 'no orphan' end`,
      ];
    };
  const notTested = (found: string) => {
    if (found === 'no orphan')
      return `the generated row is not an orphan: ${parent} has its key, or a trigger changed it`;
    if (found === 'accepted')
      return key.attributes.validated === 'yes' ? null : 'the foreign key is not validated';
    return whyRejected(found);
  };
  const others = find(table).foreignKeys.filter((one) => one !== key);
  const shared = key.columns.filter((name) => others.some(({ columns }) => columns.includes(name)));
  const overlapping = others.filter(({ columns }) => columns.some((name) => key.columns.includes(name)));
  const attempts = [
    insertOrphan(rows.rowFor, shared),
    // If every column is shared, an orphan of this key is also an orphan of another key, and the older key rejects it
    // first.
    shared.length < key.columns.length
      ? insertOrphan(rows.copyFor, shared)
      : insertOrphan(rows.rowFor, [], { withoutParents: [key, ...overlapping] }),
  ];
  // A trigger may require values in columns that can be null.
  if (find(table).ownRules.length > 0)
    attempts.push(insertOrphan(rows.rowFor, shared, { filled: [...find(table).columns.keys()] }));
  return checkOf(`${key.part} on ${table} rejects orphans`, rejectedBy(table), attempts, {
    alsoPasses: partitionsOf(table, find).map(rejectedBy),
    notTested,
  });
}

/**
 * Returns the values and conditions that make a row an orphan of one key only. A column that another key shares gets
 * its value from the parent of that key.
 */
function orphanValues(
  key: CatalogObject,
  table: TableParts,
  find: TableLookup,
  source: ValueSource,
  shared: readonly string[],
) {
  const own = key.columns.filter((name) => !shared.includes(name));
  const theirs = key.references?.columns ?? [];
  const pairs = key.columns.map((name, place) => [name, theirs[place] ?? ''] as const);
  const constrained = new Set(conditionsOf(table, find, source.types).flatMap(({ columns }) => columns));
  const isFree = (name: string) => {
    const attributes = table.columns.get(name)?.attributes;
    return hasManyValues(baseType(attributes?.type ?? '', source.types)) && attributes?.generated == null;
  };
  if (own.every((name) => isFree(name) && !constrained.has(name))) {
    const given = own.flatMap((name) => {
      const column = table.columns.get(name);
      return column === undefined ? [] : [[name, source.valueFor(column, table)] as const];
    });
    return { given: Object.fromEntries(given), also: key.columns, conditions: [] };
  }
  const present = key.columns.map((name) => `${quotedName(name)} is not null`).join(' and ');
  return {
    given: {},
    also: own.filter((name) => table.columns.get(name)?.attributes.generated == null),
    conditions: [
      missingCondition(key.references?.table ?? '', compared(key, pairs)),
      { sql: present, columns: key.columns },
    ],
  };
}

/** Whether a generated value of the type is unlikely to exist in a table. */
const hasManyValues = (type: string) => /^(smallint|integer|bigint|text|uuid|character varying)$/.test(type);

/** Leaves out the period of a temporal key: a parent with another period counts as a parent. */
function compared<Pair>({ attributes }: CatalogObject, pairs: readonly Pair[]): readonly Pair[] {
  return / PERIOD /.test(attributes.definition ?? '') ? pairs.slice(0, -1) : pairs;
}

/** Returns SQL that tests whether the stored row refers to a row that does not exist. */
function isOrphan(key: CatalogObject, parent: string): string {
  const own = key.columns.map((name) => `child.${quotedName(name)}`);
  const equal = own.map(
    (name, place) => `parent.${quotedName(key.references?.columns[place] ?? '')} = ${name}`,
  );
  const complete = own.map((name) => `${name} is not null`).join(' and ');
  return `${complete} and not exists (select from ${parent} parent where ${compared(key, equal).join(' and ')})`;
}

/** PostgreSQL names the partition, not the partitioned table, when a key rejects a row. */
function partitionsOf(table: string, find: TableLookup): readonly string[] {
  return find(table).partitions.flatMap(({ table: name }) => [name, ...partitionsOf(name, find)]);
}
