import { type Catalog, type CatalogObject, tableOf } from '../catalog/catalog.ts';
import { quotedName, unquoted } from '../migration-rules/quoted-name.ts';
import { type AnyCheck, checkOf, whyRejected } from './check.ts';
import type { RowMaker } from './rows.ts';
import type { ValueSource } from './values.ts';

/** Returns a check for each foreign key of the schemas that ship; those of other schemas are not ours to test. */
export function orphansRefused(rows: RowMaker, source: ValueSource, catalog: Catalog): readonly AnyCheck[] {
  return catalog.objects.flatMap((key) => {
    const table = tableOf(key);
    if (key.kind !== 'foreign key' || table === null || !/^(erp|agent)$/.test(key.schema ?? '')) return [];
    return orphanRefused(rows, source, catalog, key, table);
  });
}

/** Only an orphan that is accepted by a validated key is a fault. */
function orphanRefused(
  rows: RowMaker,
  source: ValueSource,
  catalog: Catalog,
  key: CatalogObject,
  table: string,
): AnyCheck {
  const columns = catalog.objects.filter(
    (object) =>
      object.kind === 'column' && object.parent === key.parent && key.columns.includes(unquoted(object.part)),
  );
  const parent = key.references?.table ?? '';
  const refusedBy = (where: string) => `refused by ${key.part} on ${where}`;
  const body = () => {
    const given = columns.map((one) => [unquoted(one.part), source.valueFor(one)]);
    const { inserts } = rows.rowFor(table, Object.fromEntries(given));
    return [
      ...inserts.slice(0, -1),
      `${inserts.at(-1)} returning ${isOrphan(key, table, parent)} into orphan`,
      `found := case when orphan then 'accepted' when not orphan then 'no orphan' end`,
    ];
  };
  const notTested = (found: string) => {
    if (found === 'no orphan')
      return `the generated row is not an orphan: ${parent} has its key, or a trigger changed it`;
    if (found === 'accepted')
      return key.attributes.validated === 'yes' ? null : 'the foreign key is not validated';
    return whyRejected(found);
  };
  const alsoPasses = partitionsOf(catalog, table).map(refusedBy);
  return checkOf(`${table} refuses an orphan by ${key.part}`, refusedBy(table), body, {
    alsoPasses,
    notTested,
  });
}

/** Whether the row as it was stored refers to another one that does not exist. */
function isOrphan({ columns, references }: CatalogObject, table: string, parent: string): string {
  const own = columns.map((name) => `${table}.${quotedName(name)}`);
  const pairs = own.map((name, place) => `parent.${quotedName(references?.columns[place] ?? '')} = ${name}`);
  const complete = own.map((name) => `${name} is not null`).join(' and ');
  return `${complete} and not exists (select from ${parent} parent where ${pairs.join(' and ')})`;
}

/** PostgreSQL names the partition, not the partitioned table, when a key refuses a row. */
function partitionsOf(catalog: Catalog, table: string): readonly string[] {
  const direct = catalog.objects.filter(
    ({ kind, attributes }) =>
      kind === 'table' && attributes['partition of']?.startsWith(`${table} `) === true,
  );
  return direct.flatMap(({ name }) => [name, ...partitionsOf(catalog, name)]);
}
