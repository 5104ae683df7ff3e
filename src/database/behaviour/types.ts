import type { Catalog, CatalogObject } from '../catalog/catalog.ts';

/** Types and domains of the catalog by their qualified names. */
export type Types = ReadonlyMap<string, CatalogObject>;

export function typesOf(catalog: Catalog): Types {
  return new Map(
    catalog.objects.flatMap((one) => (one.kind === 'type' || one.kind === 'domain' ? [[one.name, one]] : [])),
  );
}

/** Returns the domains that a type consists of, outermost first. */
export function domainChain(type: string, types: Types): readonly CatalogObject[] {
  const domain = types.get(bareType(type));
  if (domain?.kind !== 'domain') return [];
  return [domain, ...domainChain(domain.attributes.type ?? '', types)];
}

/** Returns the base type under all domains, without a collation. */
export function baseType(type: string, types: Types): string {
  const base = domainChain(type, types).at(-1)?.attributes.type ?? type;
  return bareType(base);
}

const bareType = (type: string) => type.replace(/ collate .*$/is, '');

/** Returns the labels of an enumerated type; empty for any other type. */
export function labelsOf(type: string, types: Types): readonly string[] {
  const named = types.get(type);
  return named?.kind === 'type' ? stringsIn(named.attributes.labels ?? '') : [];
}

/** Whether a check only lists the values of one column: `status = ANY (ARRAY['planned'::text, …])`. */
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
