import type * as z from 'zod';
import { type CatalogObject, keyOf, type ObjectKey } from './catalog.ts';
import type { Address, detailRow, ObjectRow } from './query-rows.ts';
import { outsideOfBody } from './unqualify.ts';

/**
 * Turns the rows of the queries into objects, and replaces addresses, which are valid on one server only, by names.
 * @param needs by address, the addresses of what an object needs
 * @param details attributes that objects of many kinds have, by the address of the object
 * @param unqualify removes the schema from names that an extension created
 * @param notCompared names of the objects that are not compared, by class and object of their address
 */
export function assemble(
  rows: readonly ObjectRow[],
  needs: ReadonlyMap<Address, readonly Address[]>,
  details: readonly z.infer<typeof detailRow>[],
  unqualify: (text: string) => string,
  notCompared: ReadonlyMap<string, string>,
): CatalogObject[] {
  const named = rows.map((row) => ({ ...row, name: unqualify(row.name) }));
  const keys = new Map<Address, ObjectKey>(
    named.flatMap((row) => row.addresses.map((place) => [place, keyOf(row)] as const)),
  );
  const schemas = new Map(
    named.filter(({ kind }) => kind === 'schema').map((row) => [row.schema, keyOf(row)]),
  );
  const detailsOf = Map.groupBy(details, ({ object }) => object);
  // An extension's addresses are those of its members.
  const detailsAt = ({ kind, addresses }: ObjectRow) =>
    kind === 'extension' ? [] : (detailsOf.get(addresses[0] ?? '') ?? []);
  // A column that is not an object by itself (of a view or a partition) stands for its relation.
  const keyAt = (place: Address | null) =>
    place === null ? undefined : (keys.get(place) ?? keys.get(place.replace(/\d+$/, '0')));

  return named.map((row) => {
    const program = row.kind === 'function' || row.kind === 'procedure';
    const shorten = program ? outsideOfBody(unqualify) : unqualify;
    const parent =
      parentOf(row) ??
      keyAt(row.target) ??
      (row.kind === 'schema' ? undefined : schemas.get(row.schema)) ??
      null;
    const places = [...row.addresses.flatMap((place) => needs.get(place) ?? []), ...row.links];
    const others = places.flatMap((place) => notCompared.get(place.replace(/\/\d+$/, '')) ?? []);
    return {
      kind: row.kind,
      name: row.name,
      schema: row.schema,
      parent,
      part: row.part,
      columns: row.columns,
      references: row.references,
      attributes: Object.fromEntries([
        ...Object.entries(row.attributes).map(([name, value]) => [
          name,
          value === null ? null : shorten(value),
        ]),
        ...detailsAt(row).map(({ name, value }) => [name, value]),
      ]),
      definition: shorten(row.definition),
      needs: withoutItself(row, parent, places.map(keyAt)),
      ...(others.length === 0 ? {} : { needsNotCompared: [...new Set(others)].toSorted() }),
    };
  });
}

// The queries return a parent as kind and name, which together are its key.
const parentOf = (row: ObjectRow) => row.parent as ObjectKey | null;

function withoutItself(
  row: ObjectRow,
  parent: ObjectKey | null,
  needed: (ObjectKey | undefined)[],
): ObjectKey[] {
  const others = new Set([parent ?? undefined, ...needed]);
  others.delete(undefined);
  others.delete(keyOf(row));
  return [...others].filter((key) => key !== undefined).toSorted();
}
