import { quotedName, unquoted } from '../sql/quoted-name.ts';
import { NoValue } from './no-value.ts';
import type { Condition, Partition, TableLookup, TableParts } from './table-parts.ts';

/**
 * Returns the condition under which some partition accepts a row of the table.
 * @throws NoValue if the table has no partition at all
 */
export function partitionCondition(table: TableParts, find: TableLookup): readonly Condition[] {
  const sql = [within(table, find), ownBounds(table, find)].filter((one) => one !== 'true');
  if (sql.length === 0) return [];
  const text = sql.map((one) => `(${one})`).join(' and ');
  return [
    { sql: text, columns: [...table.columns.keys()].filter((name) => text.includes(quotedName(name))) },
  ];
}

function ownBounds({ asPartition }: TableParts, find: TableLookup): string {
  if (asPartition === null) return 'true';
  const parent = find(asPartition.of);
  return bothOf(bound(asPartition, parent), ownBounds(parent, find));
}

function within(table: TableParts, find: TableLookup): string {
  if (table.partitionedBy === null) return 'true';
  if (table.partitions.length === 0) throw new NoValue(`${table.name} has no partition`);
  const each = table.partitions.flatMap((partition) => {
    const part = find(partition.table);
    if (part.partitionedBy !== null && part.partitions.length === 0) return [];
    return [bothOf(bound(partition, table), within(part, find))];
  });
  if (each.length === 0) throw new NoValue(`the partitions of ${table.name} have no partition`);
  return each.includes('true') ? 'true' : each.map((one) => `(${one})`).join(' or ');
}

const bothOf = (one: string, other: string) =>
  [one, other].filter((part) => part !== 'true').join(' and ') || 'true';

/** Returns the bound of a partition as a condition; `true` for the default partition, or if its key is unknown. */
function bound({ bound: text }: Partition, { name, partitionedBy, columns }: TableParts): string {
  const [, method, listed = ''] = /^(RANGE|LIST|HASH) \((.*)\)$/s.exec(partitionedBy ?? '') ?? [];
  const keys = topLevel(listed).map((key) => keyExpression(key, [...columns.keys()]));
  if (keys.includes(null) || text === 'DEFAULT') return 'true';
  const [, first = '', second = ''] =
    /^FOR VALUES (?:FROM|IN|WITH) \((.*?)\)(?: TO \((.*)\))?$/s.exec(text) ?? [];
  if (method === 'LIST') return keys.map((key) => listCondition(key ?? '', topLevel(first))).join(' and ');
  if (method === 'HASH') {
    const [modulus = '1', remainder = '0'] = first.match(/\d+/g) ?? [];
    return `satisfies_hash_partition(${literal(name)}::regclass, ${modulus}, ${remainder}, ${keys.join(', ')})`;
  }
  const present = keys.map((key) => `${key} is not null`);
  const [from, to] = [first, second].map(topLevel);
  return [...present, beyond(keys, from ?? [], '>', true), beyond(keys, to ?? [], '<', false)].join(' and ');
}

function listCondition(key: string, values: readonly string[]): string {
  const known = values.filter((value) => value !== 'NULL');
  const listed = known.length === 0 ? [] : [`coalesce(${key} in (${known.join(', ')}), false)`];
  return `(${[...listed, ...(values.includes('NULL') ? [`${key} is null`] : [])].join(' or ')})`;
}

/** Returns the condition that a row is beyond a bound; the first column that differs decides. */
function beyond(
  keys: readonly (string | null)[],
  bounds: readonly string[],
  sign: '<' | '>',
  inclusive: boolean,
): string {
  const [key, ...otherKeys] = keys;
  const [limit, ...otherBounds] = bounds;
  if (key === undefined || limit === undefined) return inclusive ? 'true' : 'false';
  if (limit === 'MINVALUE') return sign === '>' ? 'true' : 'false';
  if (limit === 'MAXVALUE') return sign === '<' ? 'true' : 'false';
  const rest = beyond(otherKeys, otherBounds, sign, inclusive);
  return `(${key} ${sign} ${limit} or (${key} = ${limit} and ${rest}))`;
}

/** Returns the key without operator class and collation, its columns quoted; null if it is not simple. */
function keyExpression(key: string, columns: readonly string[]): string | null {
  const column = columns.find(
    (name) => key === name || key === quotedName(name) || key.startsWith(`${name} `),
  );
  if (column !== undefined) return quotedName(column);
  if (!/\)$/.test(key)) return null;
  // A name within an expression counts as a column if the table has one of that name.
  return key.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[A-Za-z_][\w$]*(?!\s*\()/g, (word) =>
    !word.startsWith("'") && columns.includes(unquoted(word)) ? quotedName(unquoted(word)) : word,
  );
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Splits at commas outside of quotes and parentheses. */
function topLevel(list: string): readonly string[] {
  const parts = [''];
  let depth = 0;
  for (const [token] of list.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[\s\S]/g)) {
    depth += token === '(' ? 1 : token === ')' ? -1 : 0;
    if (token === ',' && depth === 0) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${token}`);
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
