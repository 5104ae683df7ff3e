import { type CatalogObject, keyOf, type ObjectKey, tableOf } from '../catalog/catalog.ts';
import type { Difference, Losable, RepairStatement } from './difference.ts';
import { closure, type Graph } from './graph.ts';
import { followersOf } from './rename-followers.ts';
import { relationNamesOf } from './scope.ts';

/** After the drops, which use the current names, and before the first creation. */
const renameOrder = 0.1;

/**
 * Recognizes renamed tables, columns, constraints, types, domains and sequences: an object is missing, and an extra
 * object has the same shape. The repair renames the extra object back, which keeps the rows. It also repairs everything
 * that differs only by this name. A missing table that only resembles an extra one (it has the same column names, or an
 * index of the same name) may be a different table. Its creation, and foreign keys to the empty table, then belong to
 * the statement that drops the table with the rows.
 */
export function withRenames(
  differences: readonly Difference[],
  expected: Graph,
  live: Graph,
): readonly Difference[] {
  const renames = new Map<ObjectKey, RepairStatement[]>();
  const followers = new Map<Difference, readonly RepairStatement[]>();
  const pairs = pairsOf(differences, expected, live);
  for (const pair of pairs) {
    const [missing, extra] = inheritedFrom(pair, pairs, live);
    const repair = rename(missing, extra).map((sql) => ({ order: renameOrder, sql }));
    for (const key of pair.map(keyOf)) renames.set(key, repair);
    if (inTable.test(missing.kind)) continue;
    for (const one of followersOf(differences, expected, missing, extra)) followers.set(one, repair);
  }
  const others = differences.map((one) => {
    const repair = (isPresence(one) ? renames.get(keyOf(one)) : undefined) ?? followers.get(one);
    return repair === undefined ? one : { ...one, repair };
  });
  return withResembling(others, new Set(renames.keys()), expected, live);
}

/**
 * Dropping an object of these kinds and creating it again would lose rows or the current value of a sequence, or would
 * check all rows again.
 */
const renamable = /^(table|column|type|domain|sequence|check|primary key|unique|exclusion|foreign key)$/;
/** Kinds that are part of a table. */
const inTable = /^(column|check|primary key|unique|exclusion|foreign key)$/;

const isPresence = ({ aspect }: Difference) => aspect === 'missing' || aspect === 'extra';

type Pair = readonly [missing: CatalogObject, extra: CatalogObject];

/**
 * Returns the renamed column of the parent table, if a column was inherited from there: it is renamed only with that.
 */
function inheritedFrom(pair: Pair, pairs: readonly Pair[], live: Graph): Pair {
  const [missing, extra] = pair;
  const table = extra.parent === null ? undefined : live.objects.get(extra.parent);
  const parents = table?.attributes.inherits?.split(', ') ?? [];
  const above = pairs.find(
    ([other, itsExtra]) =>
      other.kind === missing.kind &&
      other.part === missing.part &&
      itsExtra.part === extra.part &&
      parents.includes(tableOf(itsExtra) ?? ''),
  );
  return above === undefined ? pair : inheritedFrom(above, pairs, live);
}

/** Returns pairs of a missing and an extra object of the same shape, if neither matches another object. */
function pairsOf(differences: readonly Difference[], expected: Graph, live: Graph): readonly Pair[] {
  const objects = (aspect: string, graph: Graph) =>
    differences.flatMap((one) => {
      const object = one.aspect === aspect ? graph.objects.get(keyOf(one)) : undefined;
      return object !== undefined && renamable.test(object.kind) ? [object] : [];
    });
  const missing = Map.groupBy(objects('missing', expected), (object) => shapeOf(object, expected));
  const extra = Map.groupBy(objects('extra', live), (object) => shapeOf(object, live));
  return [...missing].flatMap(([shape, [one, ...more]]) => {
    const [other, ...others] = extra.get(shape) ?? [];
    return one === undefined || other === undefined || more.length + others.length > 0
      ? []
      : [[one, other] as const];
  });
}

/**
 * Returns the shape of an object: everything that a rename does not change. A table without columns has no shape, so
 * its name is used.
 */
function shapeOf(object: CatalogObject, graph: Graph): string {
  const { kind, name, parent, attributes } = object;
  if (inTable.test(kind)) return JSON.stringify([kind, parent, attributesOf(attributes)]);
  if (kind !== 'table') return JSON.stringify([kind, attributesOf(attributes)]);
  const columns = partsOf(graph, keyOf(object)).filter((one) => one.kind === 'column');
  if (columns.length === 0) return JSON.stringify([name]);
  return JSON.stringify([
    attributesOf(attributes),
    columns.map((one) => [one.part, one.attributes.type]).toSorted(),
  ]);
}

/** Leaves out defaults and comments: they may contain the name of the table. */
const attributesOf = (attributes: CatalogObject['attributes']) =>
  Object.entries(attributes)
    .filter(([name, value]) => value !== null && !/^(comment|default|sequence)$/.test(name))
    .toSorted();

function rename(missing: CatalogObject, extra: CatalogObject): string[] {
  if (inTable.test(missing.kind)) {
    const part = missing.kind === 'column' ? 'column' : 'constraint';
    return [`alter table ${tableOf(extra)} rename ${part} ${extra.part} to ${missing.part}`];
  }
  const schema = missing.name.slice(0, -missing.part.length - 1);
  const before = extra.name.slice(0, -extra.part.length - 1);
  const alter = `alter ${missing.kind}`;
  return [
    ...(schema === before ? [] : [`${alter} ${extra.name} set schema ${schema}`]),
    ...(missing.part === extra.part ? [] : [`${alter} ${schema}.${extra.part} rename to ${missing.part}`]),
  ];
}

function withResembling(
  differences: readonly Difference[],
  renamed: ReadonlySet<ObjectKey>,
  expected: Graph,
  live: Graph,
): readonly Difference[] {
  const tables = (aspect: string) =>
    differences
      .filter((one) => one.kind === 'table' && one.aspect === aspect)
      .map(keyOf)
      .filter((key) => !renamed.has(key));
  const extra = tables('extra');
  const belongs = new Map<ObjectKey, Losable>();
  for (const missing of extra.length === 0 ? [] : tables('missing')) {
    const other = extra.find((one) => resembles(missing, expected, one, live));
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

function resembles(missing: ObjectKey, expected: Graph, extra: ObjectKey, live: Graph): boolean {
  const [missingParts, extraParts] = [partsOf(expected, missing), partsOf(live, extra)];
  const names = new Set(relationNamesOf(extraParts));
  return (
    relationNamesOf(missingParts).some((name) => names.has(name)) ||
    columns(missingParts) === columns(extraParts)
  );
}

const partsOf = (graph: Graph, table: ObjectKey): readonly CatalogObject[] => graph.parts.get(table) ?? [];
const columns = (parts: readonly CatalogObject[]) =>
  JSON.stringify(parts.flatMap(({ kind, part }) => (kind === 'column' ? part : [])).toSorted());
