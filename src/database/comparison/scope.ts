import { type Catalog, type CatalogObject, keyOf } from '../catalog/catalog.ts';

/** Returns the schemas that are not empty in the expected catalog: only these are compared. */
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

/** Returns whether an unexpected object is ignored, a note, or a difference. */
export function severityOfExtra(
  object: CatalogObject,
  names: ReadonlySet<string>,
): 'ignored' | 'note' | 'difference' {
  // The owner of the database may have a name like our roles.
  if (object.kind === 'role') return object.attributes.owner === 'yes' ? 'ignored' : 'note';
  // Hosted servers have event triggers and publications of their own.
  if (/^(extension|publication|event trigger)$/.test(object.kind) || object.schema === 'public')
    return 'note';
  if (object.kind === 'statistics') return 'note';
  // The object has the name of an expected relation, which could not be created for this reason.
  if (/^(view|materialized view|index)$/.test(object.kind) && names.has(object.name)) return 'difference';
  if (object.kind === 'index') return object.attributes.unique === 'yes' ? 'difference' : 'note';
  return object.kind === 'view' || object.kind === 'materialized view' ? 'note' : 'difference';
}

/**
 * Returns a note for comments, which have no effect, and for settings of a role in one database if the live database
 * has no settings at all: it was restored from a dump, and pg_dump without --create leaves them out.
 */
export function severityOfChange(aspect: string, live: Catalog): 'note' | 'difference' {
  const isDumped = !/^setting .* in this database$/.test(aspect) || live.hasSettings === true;
  return aspect === 'comment' || !isDumped ? 'note' : 'difference';
}

/** Returns the names of a catalog's relations. They include the index of a key, which is in the schema of its table. */
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
 * Removes the privileges that one of the two servers does not have: PostgreSQL 17 added MAINTAIN, so the same GRANT ALL
 * grants less in earlier versions.
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
