import { type Catalog, type CatalogObject, keyOf, type ObjectKey, objectKinds } from '../catalog/catalog.ts';

/** A catalog's objects by key, with their dependencies. */
export interface Graph {
  readonly objects: ReadonlyMap<ObjectKey, CatalogObject>;
  /** Position in an order of creation: everything that an object needs comes before it. */
  readonly order: ReadonlyMap<ObjectKey, number>;
  /** The direct dependents of an object. */
  readonly dependents: ReadonlyMap<ObjectKey, readonly ObjectKey[]>;
  readonly defaultPrivileges: readonly CatalogObject[];
  /** Sequences by the qualified name of the column that owns them: they are dropped with it. */
  readonly ownedSequences: ReadonlyMap<string, readonly CatalogObject[]>;
  readonly catalog: Catalog;
  /** Objects by their parent; computed on first use. */
  readonly parts: ReadonlyMap<ObjectKey | null, readonly CatalogObject[]>;
}

export function graphOf(catalog: Catalog): Graph {
  const objects = new Map(catalog.objects.map((object) => [keyOf(object), object]));
  const dependents = new Map<ObjectKey, ObjectKey[]>();
  for (const [key, object] of objects) {
    for (const needed of object.needs) {
      const others = dependents.get(needed);
      if (others === undefined) dependents.set(needed, [key]);
      else others.push(key);
    }
  }
  const defaultPrivileges = catalog.objects.filter(({ kind }) => kind === 'default privilege');
  const owned = catalog.objects.filter(
    ({ kind, attributes }) => kind === 'sequence' && attributes['owned by'],
  );
  let order: Graph['order'] | undefined;
  let parts: Graph['parts'] | undefined;
  return {
    objects,
    dependents,
    defaultPrivileges,
    catalog,
    ownedSequences: Map.groupBy(owned, ({ attributes }) => attributes['owned by'] ?? ''),
    get parts() {
      parts ??= Map.groupBy(catalog.objects, ({ parent }) => parent);
      return parts;
    },
    // Only repairs need the order, and most databases need no repair.
    get order() {
      order ??= orderOf(objects, dependents);
      return order;
    },
  };
}

/** Sorts depth first, by kind: the usual order of a script, unless an object needs one of a later kind. */
function orderOf(
  objects: ReadonlyMap<ObjectKey, CatalogObject>,
  dependents: ReadonlyMap<ObjectKey, readonly ObjectKey[]>,
): ReadonlyMap<ObjectKey, number> {
  const order = new Map<ObjectKey, number>();
  const visited = new Set<ObjectKey>();
  const visit = (key: ObjectKey) => {
    const object = objects.get(key);
    if (object === undefined || visited.has(key)) return;
    visited.add(key);
    // A table is created with its columns, so what they need must exist as well.
    const columns =
      object.kind === 'table' ? (dependents.get(key) ?? []).filter((one) => one.startsWith('column ')) : [];
    const theirs = columns
      .flatMap((one) => objects.get(one)?.needs ?? [])
      .filter((one) => !one.startsWith('column '));
    for (const needed of [...object.needs, ...theirs]) visit(needed);
    order.set(key, order.size + 1);
  };
  const rank = new Map(objectKinds.map((kind, place) => [kind, place]));
  const byKind = [...objects].toSorted(([, a], [, b]) => (rank.get(a.kind) ?? 0) - (rank.get(b.kind) ?? 0));
  for (const [key] of byKind) visit(key);
  return order;
}

/** Limits a closure. */
export interface ClosureLimits {
  /** Whether a dependent is included. */
  readonly through: (dependent: CatalogObject) => boolean;
  /** Whether the dependents of an object are left out, although it is included itself. */
  readonly stopAt: (object: CatalogObject) => boolean;
}
const noLimits: ClosureLimits = { through: () => true, stopAt: () => false };

/** Returns an object and its dependents, direct and indirect. */
export function closure(
  graph: Graph,
  start: ObjectKey,
  { through, stopAt }: ClosureLimits = noLimits,
): Set<ObjectKey> {
  const reached = new Set([start]);
  // Iterating a set also visits the elements that are added during the iteration.
  for (const key of reached) {
    const from = graph.objects.get(key);
    if (key !== start && from !== undefined && stopAt(from)) continue;
    for (const dependent of graph.dependents.get(key) ?? []) {
      const object = graph.objects.get(dependent);
      if (object !== undefined && through(object)) reached.add(dependent);
    }
  }
  return reached;
}
