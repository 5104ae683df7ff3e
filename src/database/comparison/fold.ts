import { type CatalogObject, keyOf, type ObjectKey } from '../catalog/catalog.ts';

/**
 * Groups objects that are missing (or extra) by their cause: a column by its table, a trigger by its function.
 * @param causes returns the possible causes of an object, the likeliest first
 * @returns by root cause, the objects that it explains, the root cause first
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
 * Returns the objects whose absence can explain that an object is missing: everything that it needs or, for a sequence,
 * the column that owns it. An extension does not count as a cause, because each column that is missing with it gets its
 * own line. Neither does a role count as the cause of another role.
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
 * Returns the objects that can explain why an object is extra: its parent, or an extra column of the parent; for a
 * sequence, the column that owns it.
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
