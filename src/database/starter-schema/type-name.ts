import type { Node, TypeName } from 'libpg-query';

/** The names that `format_type` prints for types that the parser names differently. A serial column is an integer. */
const spelled: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int: 'integer',
  int8: 'bigint',
  smallserial: 'smallint',
  serial2: 'smallint',
  serial: 'integer',
  serial4: 'integer',
  bigserial: 'bigint',
  serial8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  decimal: 'numeric',
  varchar: 'character varying',
  bpchar: 'character',
  varbit: 'bit varying',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  time: 'time without time zone',
  timetz: 'time with time zone',
};

/** The fields of an interval by the parser's mask. Source: intervaltypmodout in timestamp.c. */
const intervalFields: Readonly<Record<number, string>> = {
  2: ' month',
  4: ' year',
  6: ' year to month',
  8: ' day',
  1024: ' hour',
  1032: ' day to hour',
  2048: ' minute',
  3072: ' hour to minute',
  3080: ' day to minute',
  4096: ' second',
  6144: ' minute to second',
  7168: ' hour to second',
  7176: ' day to second',
};

/**
 * Returns a column's type as `format_type` prints it, such as `numeric(10,2)` or `text[]`. As in the catalog, the number
 * of an array's dimensions is lost. A type of another schema stays qualified.
 */
export function typeNameOf(type: TypeName): string {
  const names = (type.names ?? []).flatMap((part) => ('String' in part ? [part.String.sval ?? ''] : []));
  // format_type leaves out a schema in the search path; the extensions are in public here.
  const own = names.length > 1 && /^(?:pg_catalog|public)$/.test(names[0] ?? '') ? names.slice(1) : names;
  const name = own.join('.');
  const modifiers = (type.typmods ?? []).map(numberIn).filter((one) => one !== undefined);
  const array = (type.arrayBounds ?? []).length > 0 ? '[]' : '';
  return (name === 'interval' ? interval(modifiers) : withModifiers(name, modifiers)) + array;
}

function withModifiers(name: string, modifiers: readonly number[]): string {
  // `"char"` is a separate type; only the quotes distinguish it from character(1).
  if (name === 'char') return '"char"';
  // Without a length it is not character(n), and keeps its own name.
  if (name === 'bpchar' && modifiers.length === 0) return name;
  const [first = '', ...rest] = (spelled[name] ?? name).split(' ');
  const list = modifiers.length === 0 ? '' : `(${modifiers.join(',')})`;
  // The modifier precedes "with time zone", but follows "character varying".
  return rest.length === 3 ? `${first}${list} ${rest.join(' ')}` : [first, ...rest].join(' ') + list;
}

function interval([mask, precision]: readonly number[]): string {
  const fields = intervalFields[mask ?? 0] ?? '';
  return `interval${fields}${precision === undefined ? '' : `(${precision})`}`;
}

function numberIn(node: Node): number | undefined {
  if (!('A_Const' in node) || node.A_Const.ival === undefined) return undefined;
  // The parser omits a zero.
  return node.A_Const.ival.ival ?? 0;
}
