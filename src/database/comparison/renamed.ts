import { type CatalogObject, keyOf, type ObjectKey } from '../catalog/catalog.ts';
import type { Difference, Losable } from './difference.ts';
import { closure, type Graph } from './graph.ts';
import { relationNamesOf } from './scope.ts';

/**
 * A table that is missing beside an extra one with the same columns, or with a key or an index of its name, was probably
 * renamed. To create it anew, and to point keys at the empty one, then belongs to dropping the table with the rows.
 */
export function withRenamedTables(
  differences: readonly Difference[],
  expected: Graph,
  live: Graph,
): readonly Difference[] {
  const tables = (aspect: string) =>
    differences.filter((one) => one.kind === 'table' && one.aspect === aspect).map(keyOf);
  const extra = tables('extra');
  const belongs = new Map<ObjectKey, Losable>();
  for (const missing of extra.length === 0 ? [] : tables('missing')) {
    const other = extra.find((one) => seemsRenamed(missing, expected, one, live));
    if (other === undefined) continue;
    const name = live.objects.get(other)?.name ?? '';
    for (const key of closure(expected, missing)) belongs.set(key, { kind: 'table', name });
  }
  if (belongs.size === 0) return differences;
  return differences.map((one) => {
    const owner = one.kind === 'sequence' ? expected.objects.get(keyOf(one))?.attributes['owned by'] : null;
    const belongsTo = belongs.get(keyOf(one)) ?? (owner == null ? undefined : belongs.get(`column ${owner}`));
    if (belongsTo === undefined || one.aspect === 'extra') return one;
    return { ...one, repair: one.repair.map((statement) => ({ ...statement, belongsTo })) };
  });
}

function seemsRenamed(missing: ObjectKey, expected: Graph, extra: ObjectKey, live: Graph): boolean {
  const [wanted, found] = [partsOf(expected, missing), partsOf(live, extra)];
  const taken = new Set(relationNamesOf(found));
  return relationNamesOf(wanted).some((name) => taken.has(name)) || columns(wanted) === columns(found);
}

const partsOf = (graph: Graph, table: ObjectKey): readonly CatalogObject[] => graph.parts.get(table) ?? [];
const columns = (parts: readonly CatalogObject[]) =>
  JSON.stringify(parts.flatMap(({ kind, part }) => (kind === 'column' ? part : [])).toSorted());
