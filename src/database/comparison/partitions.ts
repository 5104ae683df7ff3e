import type { CatalogObject, ObjectKey } from '../catalog/catalog.ts';
import type { Graph } from './graph.ts';

/** The partitioned table and the bound of `erp.log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')`. */
export function partitionPlace(
  attribute: string,
): { readonly parent: string; readonly bound: string } | undefined {
  const [, parent, bound] = /^((?:"(?:[^"]|"")*"|[^" ])+) (.*)$/s.exec(attribute) ?? [];
  return parent === undefined || bound === undefined ? undefined : { parent, bound };
}

/**
 * Returns a test for objects that a table has of its own only because it is no partition at the moment: in the other
 * catalog it is one, and has them from its partitioned table.
 */
export function inheritedWhenAttached(
  catalog: Graph,
  withPartition: Graph,
): (object: CatalogObject) => boolean {
  const known = new Map<ObjectKey, readonly CatalogObject[]>();
  const fromParents = (table: ObjectKey): readonly CatalogObject[] => {
    const attached = catalog.objects.get(table)?.attributes['partition of'];
    const found = attached ? [] : partsOfParents(withPartition, table);
    known.set(table, found);
    return found;
  };
  return (object) => {
    const table = object.kind === 'table' ? null : object.parent;
    if (table === null || !table.startsWith('table ')) return false;
    return (known.get(table) ?? fromParents(table)).some((one) => isSame(one, object));
  };
}

/** Parts of the partitioned tables above a partition, the topmost included. */
function partsOfParents(graph: Graph, table: ObjectKey): readonly CatalogObject[] {
  const parent = partitionPlace(graph.objects.get(table)?.attributes['partition of'] ?? '')?.parent;
  if (parent === undefined) return [];
  const key = `table ${parent}` as const;
  return [...(graph.parts.get(key) ?? []), ...partsOfParents(graph, key)];
}

const keyKinds = /^(primary key|unique|exclusion|index)$/;

/** ATTACH PARTITION takes over a constraint or an index that says the same, whatever its name. */
function isSame(of: CatalogObject, object: CatalogObject): boolean {
  if (of.kind !== object.kind) return false;
  if (of.kind === 'column' || of.kind === 'check') return of.part === object.part;
  const sameColumns = JSON.stringify(of.columns) === JSON.stringify(object.columns);
  if (of.kind === 'foreign key') return sameColumns && of.references?.table === object.references?.table;
  return keyKinds.test(of.kind) && sameColumns && of.attributes.unique === object.attributes.unique;
}
