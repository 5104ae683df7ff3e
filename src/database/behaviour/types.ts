import type { Catalog, CatalogObject } from '../catalog/catalog.ts';

/** Types and domains of the catalog by their qualified names. */
export type Types = ReadonlyMap<string, CatalogObject>;

export function typesOf(catalog: Catalog): Types {
  return new Map(
    catalog.objects.flatMap((one) => (one.kind === 'type' || one.kind === 'domain' ? [[one.name, one]] : [])),
  );
}

/** Returns the domains that a type is made of, from the outside to the inside. */
export function domainChain(type: string, types: Types): readonly CatalogObject[] {
  const found = types.get(bareType(type));
  if (found?.kind !== 'domain') return [];
  return [found, ...domainChain(found.attributes.type ?? '', types)];
}

/** Returns the type that a column's values have below all domains, without a collation. */
export function baseType(type: string, types: Types): string {
  const base = domainChain(type, types).at(-1)?.attributes.type ?? type;
  return bareType(base);
}

const bareType = (type: string) => type.replace(/ collate .*$/is, '');

/** Returns the labels of an enumerated type; none if it is not one. */
export function labelsOf(type: string, types: Types): readonly string[] {
  const found = types.get(type);
  return found?.kind === 'type' ? stringsIn(found.attributes.labels ?? '') : [];
}

/** Whether a check does nothing but list the values of one column: `status = ANY (ARRAY['planned'::text, …])`. */
export function isVocabulary({ kind, columns, attributes }: CatalogObject): boolean {
  const shape = (attributes.definition ?? '')
    .replaceAll(/'(?:[^']|'')*'/g, '?')
    .replaceAll(/::[\w ."]+(?:\(\d+\))?(?:\[\])?/g, '')
    .replaceAll(/[()\s"]/g, '');
  const rest = shape.slice('CHECK'.length + (columns[0] ?? '').length);
  return (
    kind === 'check' &&
    columns.length === 1 &&
    shape.startsWith(`CHECK${columns[0]}=`) &&
    /^=(?:ANYARRAY\[\?(?:,\?)*\]|\?)$/.test(rest)
  );
}

/** Returns the string literals of an SQL text, without their quotes. */
export function stringsIn(sql: string): readonly string[] {
  return [...sql.matchAll(/'((?:[^']|'')*)'/g)].map(([, text = '']) => text.replaceAll("''", "'"));
}
