import type { Catalog, CatalogObject } from '../catalog/catalog.ts';
import { unquoted } from '../migration-rules/quoted-name.ts';

/** No value can be generated. The message gives the reason, in names only. */
export class NoValue extends Error {
  /** Whether the reason is that a table of the shipped schemas is missing. */
  readonly missing: boolean;

  constructor(message: string, { missing = false } = {}) {
    super(message);
    this.missing = missing;
  }
}

/** Values that no two calls share, so that unique columns take them. */
export interface ValueSource {
  /** A literal in quotes, of no type yet: it takes the column's. */
  valueFor(column: CatalogObject): string;
}

const fixed: Readonly<Record<string, string>> = {
  boolean: 'false',
  json: '{}',
  jsonb: '{}',
  bytea: '',
  interval: '1 day',
  inet: '127.0.0.1',
  cidr: '127.0.0.1',
  macaddr: '00:00:00:00:00:00',
  point: '(0,0)',
  xml: '<x/>',
  tsvector: '',
  hstore: '',
  date: 'now',
  time: 'now',
  'time without time zone': 'now',
  'time with time zone': 'now',
  'timestamp without time zone': 'now',
  'timestamp with time zone': 'now',
};

export function valueSource(catalog: Catalog): ValueSource {
  let count = 0;
  const next = () => {
    count += 1;
    return count;
  };
  const parts = Map.groupBy(catalog.objects, ({ parent }) => parent);
  const types = catalog.objects.filter(({ kind }) => kind === 'type' || kind === 'domain');
  return {
    valueFor: (column) => {
      const beside = parts.get(column.parent) ?? [];
      return `'${madeUp(column, beside, types, next).replaceAll("'", "''")}'`;
    },
  };
}

/** @param beside what is part of the same table */
function madeUp(
  column: CatalogObject,
  beside: readonly CatalogObject[],
  types: readonly CatalogObject[],
  next: () => number,
): string {
  const type = baseType(column.attributes.type ?? '', types);
  const listed = vocabulary(column, beside);
  if (listed !== undefined) return listed;
  const label = types.find(({ kind, name }) => kind === 'type' && name === type)?.attributes.labels;
  const [bare = '', length = ''] = type.split(/[()]/).map((word) => word.trim());
  if (label != null) return firstLiteral(label) ?? '';
  if (type.endsWith(']')) return '{}';
  if (bare in fixed) return fixed[bare] ?? '';
  // Below every id that a sequence gives out, and within the smallest integer type.
  if (/^(smallint|integer|bigint)$/.test(bare)) return inKey(column, beside) ? `${-30_000 - next()}` : '1';
  if (/^(numeric|real|double precision|money)$/.test(bare))
    return length.split(',')[0] === length.split(',')[1] && length !== '' ? '0' : '1';
  if (/^(text|character varying|character|citext)$/.test(bare))
    return `erp-deploy ${next()}`.slice(length === '' ? 0 : -length);
  if (bare === 'uuid') return `e4b0de91-0000-4000-8000-${String(next()).padStart(12, '0')}`;
  if (bare === 'vector') return vectorOf(Number(length));
  if (/range$/.test(bare)) return 'empty';
  if (/^bit/.test(bare)) return '0'.repeat(Number(length) || 1);
  throw new NoValue(`no value is known for ${column.name} of type ${type}`);
}

export const vectorOf = (dimensions: number) => `[${Array.from({ length: dimensions }, () => 1).join(',')}]`;

/** A domain stands for the type below it. */
function baseType(type: string, types: readonly CatalogObject[]): string {
  const domain = types.find(({ kind, name }) => kind === 'domain' && name === type);
  return domain === undefined ? type : baseType(domain.attributes.type ?? '', types);
}

/** The first word of a check such as `status = ANY (ARRAY['planned'::text, …])`. */
function vocabulary(column: CatalogObject, beside: readonly CatalogObject[]): string | undefined {
  const checks = beside.filter(
    ({ kind, columns }) => kind === 'check' && columns.length === 1 && columns[0] === unquoted(column.part),
  );
  const listed = checks.flatMap(
    ({ attributes }) => /= (?:ANY \(+ARRAY\[)?\(?('.*)/s.exec(attributes.definition ?? '')?.[1] ?? [],
  );
  return listed[0] === undefined ? undefined : firstLiteral(listed[0]);
}

const firstLiteral = (sql: string) => /^'((?:[^']|'')*)'/.exec(sql)?.[1]?.replaceAll("''", "'");

function inKey(column: CatalogObject, beside: readonly CatalogObject[]): boolean {
  return beside.some(
    ({ kind, columns, attributes }) =>
      columns.includes(unquoted(column.part)) &&
      (/^(primary key|unique|foreign key)$/.test(kind) || (kind === 'index' && attributes.unique === 'yes')),
  );
}
