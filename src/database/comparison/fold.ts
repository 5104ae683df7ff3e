import { type CatalogObject, keyOf, type ObjectKey } from '../catalog/catalog.ts';

/**
 * Brings each object that is missing (or extra) under the one that explains it: a column under its
 * table, a trigger under its function.
 * @param causes what can explain an object, the likeliest first
 * @returns by root, all that is explained by it, the root itself first
 */
export function fold(
  objects: readonly CatalogObject[],
  causes: (object: CatalogObject) => readonly (ObjectKey | null)[],
): ReadonlyMap<ObjectKey, readonly CatalogObject[]> {
  const among = new Map(objects.map((object) => [keyOf(object), object]));
  const rootOf = (object: CatalogObject): CatalogObject => {
    for (const key of causes(object)) {
      const cause = key === null ? undefined : among.get(key);
      if (cause !== undefined) return rootOf(cause);
    }
    return object;
  };
  const folded = Map.groupBy(objects, (object) => keyOf(rootOf(object)));
  return new Map(
    [...folded].map(([key, parts]) => [
      key,
      parts.toSorted((a, b) => Number(keyOf(b) === key) - Number(keyOf(a) === key)),
    ]),
  );
}

/**
 * Anything it cannot be without explains why it is missing, and a sequence goes with the column that owns
 * it. An extension explains nothing, since each column that is missing with it is worth a line; nor does
 * one role explain another.
 */
export function causesOfMissing({
  kind,
  parent,
  needs,
  attributes,
}: CatalogObject): readonly (ObjectKey | null)[] {
  if (kind === 'role') return [];
  const owner = kind === 'sequence' ? attributes['owned by'] : null;
  const causes = owner == null ? needs : [`column ${owner}` as const, ...needs];
  return [parent, ...causes.filter((key) => !/^(extension|sequence) /.test(key))];
}

/**
 * Something extra is explained only by what it is a part of, or by an extra column of that; a sequence by the column
 * that owns it.
 */
export function causesOfExtra({
  kind,
  parent,
  needs,
  attributes,
}: CatalogObject): readonly (ObjectKey | null)[] {
  const owner = kind === 'sequence' ? attributes['owned by'] : null;
  return [
    ...(owner == null ? [] : [`column ${owner}` as const]),
    parent,
    ...needs.filter((key) => key.startsWith(`column ${parent?.replace(/^table /, '')}.`)),
  ];
}
