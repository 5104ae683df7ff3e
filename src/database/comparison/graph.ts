import { type Catalog, type CatalogObject, keyOf, type ObjectKey, objectKinds } from '../catalog/catalog.ts';

/** A catalog's objects by key, with the ways from one to another. */
export interface Graph {
  readonly objects: ReadonlyMap<ObjectKey, CatalogObject>;
  /** Place in an order of creation: whatever an object needs comes before it. */
  readonly order: ReadonlyMap<ObjectKey, number>;
  /** Who needs an object, straight. */
  readonly dependents: ReadonlyMap<ObjectKey, readonly ObjectKey[]>;
  readonly defaultPrivileges: readonly CatalogObject[];
  /** Sequences by the qualified name of the column that owns them: they are dropped with it. */
  readonly ownedSequences: ReadonlyMap<string, readonly CatalogObject[]>;
  /** The role that owns most relations; undefined in a catalog that was not read from a live database. */
  readonly usualOwner: string | undefined;
  /** Objects by their table; worked out when asked for. */
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
    usualOwner: catalog.usualOwner,
    ownedSequences: Map.groupBy(owned, ({ attributes }) => attributes['owned by'] ?? ''),
    get parts() {
      parts ??= Map.groupBy(catalog.objects, ({ parent }) => parent);
      return parts;
    },
    // Repairs alone need it, and most databases need none.
    get order() {
      order ??= orderOf(objects, dependents);
      return order;
    },
  };
}

/** Depth first, by kind: the usual order of a script, save where an object needs one of a later kind. */
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
    // A table is created with its columns, so what they need has to be there as well.
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

/** What decides where a closure goes. */
export interface Course {
  /** Whether a dependent is taken in. */
  readonly through: (dependent: CatalogObject) => boolean;
  /** Whether what depends on it is left out, though it is taken in itself. */
  readonly stopAt: (object: CatalogObject) => boolean;
}
const everywhere: Course = { through: () => true, stopAt: () => false };

/** An object and everything that needs it, straight or through others. */
export function closure(
  graph: Graph,
  start: ObjectKey,
  { through, stopAt }: Course = everywhere,
): Set<ObjectKey> {
  const found = new Set([start]);
  // A set is walked in the order in which it grows, so this reaches what is added on the way.
  for (const key of found) {
    const from = graph.objects.get(key);
    if (key !== start && from !== undefined && stopAt(from)) continue;
    for (const dependent of graph.dependents.get(key) ?? []) {
      const object = graph.objects.get(dependent);
      if (object !== undefined && through(object)) found.add(dependent);
    }
  }
  return found;
}
