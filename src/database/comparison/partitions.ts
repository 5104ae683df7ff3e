import type { CatalogObject, ObjectKey } from '../catalog/catalog.ts';
import type { Graph } from './graph.ts';

/** Returns the partitioned table and the bound of `erp.log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')`. */
export function attachmentOf(
  attribute: string,
): { readonly parent: string; readonly bound: string } | undefined {
  const [, parent, bound] = /^((?:"(?:[^"]|"")*"|[^" ])+) (.*)$/s.exec(attribute) ?? [];
  return parent === undefined || bound === undefined ? undefined : { parent, bound };
}

/**
 * Returns a predicate for objects that a table has only because it is not attached as a partition: in the other catalog
 * it is a partition, and inherits them from its partitioned table.
 */
export function inheritedWhenAttached(
  catalog: Graph,
  withPartition: Graph,
): (object: CatalogObject) => boolean {
  const cache = new Map<ObjectKey, readonly CatalogObject[]>();
  const fromParents = (table: ObjectKey): readonly CatalogObject[] => {
    const attached = catalog.objects.get(table)?.attributes['partition of'];
    const inherited = attached ? [] : partsOfParents(withPartition, table);
    cache.set(table, inherited);
    return inherited;
  };
  return (object) => {
    const table = object.kind === 'table' ? null : object.parent;
    if (table === null || !table.startsWith('table ')) return false;
    return (cache.get(table) ?? fromParents(table)).some((one) => isSame(one, object));
  };
}

/**
 * Returns the value of an attribute such as `column note default`, by which a column of a partition differs from that
 * of the partitioned table. While the table is not attached, the column itself has it.
 */
export function partitionValue(graph: Graph, table: CatalogObject, aspect: string): string | null {
  const [, column, property] = /^column (.*) (default|not null)$/s.exec(aspect) ?? [];
  if (column === undefined || property === undefined || table.attributes['partition of']) {
    return table.attributes[aspect] ?? null;
  }
  const value = graph.objects.get(`column ${table.name}.${column}`)?.attributes[property];
  return value ?? (property === 'default' ? 'none' : null);
}

/** Returns the parts of all partitioned tables above a partition. */
function partsOfParents(graph: Graph, table: ObjectKey): readonly CatalogObject[] {
  const parent = attachmentOf(graph.objects.get(table)?.attributes['partition of'] ?? '')?.parent;
  if (parent === undefined) return [];
  const key = `table ${parent}` as const;
  return [...(graph.parts.get(key) ?? []), ...partsOfParents(graph, key)];
}

const keyKinds = /^(primary key|unique|exclusion|index)$/;

/** ATTACH PARTITION adopts an equal constraint or index even if it has another name. */
function isSame(of: CatalogObject, object: CatalogObject): boolean {
  if (of.kind !== object.kind) return false;
  if (of.kind === 'column' || of.kind === 'check') return of.part === object.part;
  const sameColumns = JSON.stringify(of.columns) === JSON.stringify(object.columns);
  if (of.kind === 'foreign key') return sameColumns && of.references?.table === object.references?.table;
  return keyKinds.test(of.kind) && sameColumns && of.attributes.unique === object.attributes.unique;
}
