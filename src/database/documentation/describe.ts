import { type Catalog, type CatalogObject, keyOf, tableOf } from '../catalog/catalog.ts';
import { unquoted } from '../sql/quoted-name.ts';
import type { Comments } from './comments.ts';

/** The description of a table for the documents. */
export interface TableDescription {
  /** Qualified: `erp.people`. */
  readonly name: string;
  readonly part: string;
  readonly comment: string;
  readonly columns: readonly ColumnDescription[];
  readonly foreignKeys: readonly ForeignKey[];
  /** Primary key, unique, check and exclusion constraints, indexes and triggers, as PostgreSQL prints them. */
  readonly rules: readonly {
    readonly kind: CatalogObject['kind'];
    readonly name: string;
    readonly text: string;
  }[];
}

export interface ColumnDescription {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  /** Its default, generation expression or identity, as PostgreSQL prints it; empty if it has none. */
  readonly filled: string;
  readonly comment: string;
  readonly keys: readonly ('PK' | 'FK' | 'UK')[];
}

export interface ForeignKey {
  readonly table: string;
  readonly columns: readonly string[];
  readonly target: string;
  readonly targetColumns: readonly string[];
  /** Whether its columns may be null, so that a row needs no parent. */
  readonly optional: boolean;
  /** Whether at most one row can reference a parent. */
  readonly unique: boolean;
  readonly crossSchema: boolean;
  readonly definition: string;
}

export interface SchemaDescription {
  readonly name: string;
  readonly comment: string;
  readonly tables: readonly TableDescription[];
}

const ruleKinds: readonly CatalogObject['kind'][] = [
  'primary key',
  'unique',
  'check',
  'exclusion',
  'index',
  'trigger',
];

/** Returns the schemas that have tables, sorted by name, with the contents of catalog and comments. */
export function describeSchemas(catalog: Catalog, comments: Comments): readonly SchemaDescription[] {
  const schemaOf = new Map(
    catalog.objects.flatMap(({ kind, name, schema }) => (kind === 'table' ? [[name, schema] as const] : [])),
  );
  const parts = Map.groupBy(catalog.objects, (object) => tableOf(object) ?? '');
  return catalog.objects
    .filter(({ kind }) => kind === 'schema')
    .map(({ name, schema }) => ({
      name,
      comment: comments.get(`schema ${name}`) ?? '',
      tables: catalog.objects
        .filter((object) => object.kind === 'table' && object.schema === schema)
        .map((object) => describeTable(object, parts.get(object.name) ?? [], comments, schemaOf))
        .toSorted(byName),
    }))
    .filter(({ tables }) => tables.length > 0)
    .toSorted(byName);
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}

function describeTable(
  { name, part, schema }: CatalogObject,
  parts: readonly CatalogObject[],
  comments: Comments,
  schemaOf: ReadonlyMap<string, string | null>,
): TableDescription {
  const columns = parts
    .filter(({ kind }) => kind === 'column')
    .map((one) => describeColumn(one, parts, comments));
  return {
    name,
    part,
    comment: comments.get(`table ${name}`) ?? '',
    columns,
    foreignKeys: parts
      .filter(({ kind }) => kind === 'foreign key')
      .map((key): ForeignKey => {
        const target = key.references?.table ?? '';
        return {
          table: name,
          columns: key.columns,
          target,
          targetColumns: key.references?.columns ?? [],
          optional: key.columns.some(
            (column) => columns.find((one) => unquoted(one.name) === column)?.required === false,
          ),
          unique: isUnique(parts, key.columns),
          crossSchema: schemaOf.get(target) !== schema,
          definition: key.attributes.definition ?? '',
        };
      })
      .toSorted((one, other) => (one.columns.join() < other.columns.join() ? -1 : 1)),
    rules: parts
      .filter(({ kind }) => ruleKinds.includes(kind))
      .map(({ kind, part: rule, attributes }) => ({ kind, name: rule, text: attributes.definition ?? '' }))
      .toSorted(
        (one, other) => ruleKinds.indexOf(one.kind) - ruleKinds.indexOf(other.kind) || byName(one, other),
      ),
  };
}

function describeColumn(
  column: CatalogObject,
  parts: readonly CatalogObject[],
  comments: Comments,
): ColumnDescription {
  const { type, identity, generated } = column.attributes;
  const name = column.part;
  const within = (kind: CatalogObject['kind']) =>
    parts.some((one) => one.kind === kind && one.columns.includes(unquoted(name)));
  return {
    name,
    type: type ?? '',
    required: column.attributes['not null'] !== 'no',
    filled: filledWith(identity ?? null, generated ?? null, column.attributes.default ?? null),
    comment: comments.get(keyOf(column)) ?? '',
    keys: [
      ...(within('primary key') ? (['PK'] as const) : []),
      ...(within('foreign key') ? (['FK'] as const) : []),
      ...(parts.some((one) => one.kind === 'unique' && one.columns.join() === unquoted(name))
        ? (['UK'] as const)
        : []),
    ],
  };
}

function filledWith(identity: string | null, generated: string | null, fallback: string | null): string {
  if (identity !== null) return `generated ${identity} as identity`;
  return generated === null ? (fallback ?? '') : `generated always as ${generated}`;
}

function isUnique(parts: readonly CatalogObject[], columns: readonly string[]): boolean {
  return parts.some(
    (one) => (one.kind === 'unique' || one.kind === 'primary key') && one.columns.join() === columns.join(),
  );
}
