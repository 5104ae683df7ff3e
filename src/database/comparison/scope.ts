import { type Catalog, type CatalogObject, keyOf } from '../catalog/catalog.ts';

/** Schemas that hold something in the expected catalog: only these are compared. */
export function populatedSchemas(expected: Catalog): ReadonlySet<string> {
  const inside = expected.objects.filter(
    ({ kind, parent }) =>
      kind !== 'schema' && kind !== 'grant' && kind !== 'default privilege' && parent !== null,
  );
  return new Set(inside.flatMap(({ schema }) => schema ?? []));
}

export function isCompared(object: CatalogObject, schemas: ReadonlySet<string>): boolean {
  return object.schema === null || schemas.has(object.schema);
}

/** Whether something that nobody asked for is to be passed over, noted, or a difference. */
export function severityOfExtra(
  object: CatalogObject,
  names: ReadonlySet<string>,
): 'ignored' | 'note' | 'difference' {
  // The role that the database belongs to may well be named like ours.
  if (object.kind === 'role') return object.attributes.owner === 'yes' ? 'ignored' : 'note';
  // Hosted servers bring event triggers and publications of their own.
  if (/^(extension|publication|event trigger)$/.test(object.kind) || object.schema === 'public')
    return 'note';
  if (object.kind === 'statistics') return 'note';
  // A relation of a name that is wanted for another one stands in its way.
  if (/^(view|materialized view|index)$/.test(object.kind) && names.has(object.name)) return 'difference';
  if (object.kind === 'index') return object.attributes.unique === 'yes' ? 'difference' : 'note';
  return object.kind === 'view' || object.kind === 'materialized view' ? 'note' : 'difference';
}

/** Comments explain and change nothing. */
export function severityOfChange(aspect: string): 'note' | 'difference' {
  return aspect === 'comment' ? 'note' : 'difference';
}

/** Names of relations that a catalog holds; a key's index is one, and lies in the schema of its table. */
export function relationNames(catalog: Catalog): ReadonlySet<string> {
  return new Set(relationNamesOf(catalog.objects));
}

export function relationNamesOf(objects: readonly CatalogObject[]): readonly string[] {
  const relation = /^(table|view|materialized view|sequence|index)$/;
  const key = /^(primary key|unique|exclusion)$/;
  return objects.flatMap(({ kind, name, part, parent }) => {
    if (relation.test(kind)) return [name];
    return key.test(kind) && parent !== null ? [`${parent.replace(/^table |\.[^.]*$/g, '')}.${part}`] : [];
  });
}

const major = ({ serverVersion }: Catalog) => Number.parseInt(serverVersion, 10);

/**
 * What the two servers cannot both express is left out. MAINTAIN came with PostgreSQL 17: before, the
 * same GRANT ALL grants less.
 */
export function comparable(catalog: Catalog, other: Catalog): Catalog {
  if (Math.min(major(catalog), major(other)) >= 17) return catalog;
  const withoutMaintain = catalog.objects.map((object) => {
    if (object.kind !== 'grant' || !('MAINTAIN' in object.attributes)) return object;
    const { MAINTAIN: _newer, ...attributes } = object.attributes;
    return { ...object, attributes };
  });
  return {
    ...catalog,
    objects: withoutMaintain.filter(
      ({ kind, attributes }) => kind !== 'grant' || Object.keys(attributes).length > 0,
    ),
  };
}

export const keysOf = (catalog: Catalog) => new Set(catalog.objects.map(keyOf));
