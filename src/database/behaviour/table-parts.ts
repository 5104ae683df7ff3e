import { type Catalog, type CatalogObject, tableOf } from '../catalog/catalog.ts';
import { unquoted } from '../sql/quoted-name.ts';
import { updatedAtTriggers } from '../updated-at.ts';

/** A table with everything that decides which rows it accepts; a partition includes that of its partitioned table. */
export interface TableParts {
  readonly name: string;
  /** By name, not quoted; empty if the table does not exist. */
  readonly columns: ReadonlyMap<string, CatalogObject>;
  readonly foreignKeys: readonly CatalogObject[];
  /** Check constraints that are enforced. */
  readonly checks: readonly CatalogObject[];
  /** Primary keys, unique and exclusion constraints, unique indexes. */
  readonly unique: readonly CatalogObject[];
  /** Triggers and rules that erp-deploy did not create. */
  readonly ownRules: readonly CatalogObject[];
  /** Such as `RANGE (day)`; null if it is not partitioned. */
  readonly partitionedBy: string | null;
  readonly partitions: readonly Partition[];
  /** This table as a partition; null if it is not one. */
  readonly asPartition: Partition | null;
}

export interface Partition {
  readonly table: string;
  /** The table that it is a partition of. */
  readonly of: string;
  /** Such as `FOR VALUES IN ('a')`, or `DEFAULT`. */
  readonly bound: string;
}

/** An SQL condition on the columns of one table (unqualified) that must not be false for a row to be accepted. */
export interface Condition {
  readonly sql: string;
  readonly columns: readonly string[];
}

export type TableLookup = (name: string) => TableParts;

/** Returns the parts of any table by its qualified name. */
export function tableLookup(catalog: Catalog): TableLookup {
  const parts = Map.groupBy(catalog.objects, tableOf);
  const tables = new Map(catalog.objects.flatMap((one) => (one.kind === 'table' ? [[one.name, one]] : [])));
  const shipped = new Set(updatedAtTriggers(catalog));
  const partitions = [...tables.values()].flatMap((table) => partitionOf(table) ?? []);
  const byParent = Map.groupBy(partitions, ({ of }) => of);
  const cache = new Map<string, TableParts>();
  const find = (name: string): TableParts => {
    const parts = cache.get(name) ?? read(name);
    cache.set(name, parts);
    return parts;
  };
  const read = (name: string): TableParts => {
    const table = tables.get(name);
    const asPartition = table === undefined ? null : partitionOf(table);
    const inherited = asPartition === null ? null : find(asPartition.of);
    const own = parts.get(name) ?? [];
    const kinds = (pattern: RegExp) => own.filter(({ kind }) => pattern.test(kind));
    const columns = kinds(/^column$/).map((column) => [unquoted(column.part), column] as const);
    const unique = kinds(/^(primary key|unique|exclusion|index)$/);
    const rules = kinds(/^(trigger|rule)$/).filter((rule) => !shipped.has(rule));
    return {
      name,
      columns: new Map([...(inherited?.columns ?? []), ...columns]),
      foreignKeys: [...kinds(/^foreign key$/), ...(inherited?.foreignKeys ?? [])],
      checks: [...kinds(/^check$/).filter(isEnforced), ...(inherited?.checks ?? [])],
      unique: [
        ...unique.filter(({ kind, attributes }) => kind !== 'index' || attributes.unique === 'yes'),
        ...(inherited?.unique ?? []),
      ],
      ownRules: [...rules, ...(inherited?.ownRules ?? [])],
      partitionedBy: table?.attributes.partitioned ?? null,
      partitions: byParent.get(name) ?? [],
      asPartition,
    };
  };
  return find;
}

const isEnforced = ({ attributes }: CatalogObject) =>
  attributes.definition?.endsWith(' NOT ENFORCED') !== true;

function partitionOf({ name, attributes }: CatalogObject): Partition | null {
  const [, of, bound] = /^(.*) (FOR VALUES .*|DEFAULT)$/s.exec(attributes['partition of'] ?? '') ?? [];
  return of === undefined || bound === undefined ? null : { table: name, of, bound };
}
