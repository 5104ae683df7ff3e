import pg from 'pg';
import { ApiError, unsupported } from './api-error.ts';
import type { Parameters } from './parameters.ts';

const operators: Readonly<Record<string, string>> = {
  eq: '=',
  neq: '<>',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  like: 'like',
  ilike: 'ilike',
  match: '~',
  imatch: '~*',
  cs: '@>',
  cd: '<@',
};

const reserved = ['select', 'order', 'limit', 'offset'];

/** Parameters that the double does not support are reported, not ignored. */
const unknownHere = ['and', 'or', 'not.and', 'not.or', 'columns', 'on_conflict'];

/**
 * Returns the pairs of a query string that are no reserved parameters: filters of a table, or arguments of a function.
 */
export function ownPairs(query: URLSearchParams): readonly (readonly [string, string])[] {
  const strange = unknownHere.find((key) => query.has(key));
  if (strange !== undefined) throw unsupported(`"${strange}=" in a query string`);
  return [...query].filter(([key]) => !reserved.includes(key));
}

/** Returns ` WHERE …` for the filters, or an empty text. @throws ApiError PGRST100 for an unknown operator */
export function whereOf(query: URLSearchParams, table: string, values: Parameters): string {
  const terms = ownPairs(query).map(([column, text]) => {
    if (/->|\./.test(column)) throw unsupported(`a filter on "${column}"`);
    return condition(`${table}.${pg.escapeIdentifier(unquoted(column))}`, text, values);
  });
  return terms.length === 0 ? '' : ` WHERE ${terms.join(' AND ')}`;
}

function condition(column: string, text: string, values: Parameters): string {
  const [, not = '', operator = '', operand = ''] = /^(not\.)?([a-z]+)\.(.*)$/s.exec(text) ?? [];
  const written = plainCondition(column, operator, operand, values);
  if (written === undefined)
    throw new ApiError(400, 'PGRST100', `"failed to parse filter (${text})" (line 1, column 1)`, {
      details: `unexpected "${text.slice(0, 1)}" expecting "not" or operator (eq, gt, ...)`,
    });
  return not === '' ? written : `NOT ${written}`;
}

function plainCondition(
  column: string,
  operator: string,
  operand: string,
  values: Parameters,
): string | undefined {
  if (operator === 'is') {
    const word = { null: 'NULL', not_null: 'NOT NULL', true: 'TRUE', false: 'FALSE', unknown: 'UNKNOWN' }[
      operand
    ];
    return word && `${column} IS ${word}`;
  }
  if (operator === 'in') {
    const list = /^\((.*)\)$/s.exec(operand)?.[1];
    return list === undefined ? undefined : `${column} = ANY (${values.add(splitList(list).map(unquoted))})`;
  }
  const symbol = operators[operator];
  // A star means % of SQL, because % has a special meaning in URLs.
  const value = operator.endsWith('like') ? operand.replaceAll('*', '%') : operand;
  return symbol && `${column} ${symbol} ${values.add(value)}`;
}

/** Returns the qualified columns of `select=`, with the names of `alias:column`. */
export function selectOf(query: URLSearchParams, table: string): string {
  const list = query.get('select') ?? '';
  if (list === '' || list === '*') return `${table}.*`;
  return splitList(list)
    .map((item) => {
      if (/[()]|->|::|\.\.\./.test(item)) throw unsupported(`"${item}" in select=`);
      if (item === '*') return `${table}.*`;
      const [, alias, column = ''] = /^(?:([^":]+|"[^"]*"):)?(.*)$/.exec(item.trim()) ?? [];
      const written = `${table}.${pg.escapeIdentifier(unquoted(column))}`;
      return alias === undefined ? written : `${written} AS ${pg.escapeIdentifier(unquoted(alias))}`;
    })
    .join(', ');
}

/** Returns ` ORDER BY …` for `order=column.desc.nullslast,…`, or an empty text. */
export function orderOf(query: URLSearchParams, table: string): string {
  const list = query.get('order') ?? '';
  if (list === '') return '';
  const terms = splitList(list).map((item) => {
    const [, column, direction = '', nulls = ''] =
      /^("[^"]*"|[^.]+)(?:\.(asc|desc))?(?:\.(nullsfirst|nullslast))?$/.exec(item.trim()) ?? [];
    if (column === undefined)
      throw new ApiError(400, 'PGRST100', `"failed to parse order (${list})" (line 1, column 1)`, {
        details: 'unexpected input expecting "asc", "desc", "nullsfirst" or "nullslast"',
      });
    const last = { nullsfirst: ' NULLS FIRST', nullslast: ' NULLS LAST' }[nulls] ?? '';
    return `${table}.${pg.escapeIdentifier(unquoted(column))} ${direction.toUpperCase()}${last}`;
  });
  return ` ORDER BY ${terms.join(', ')}`;
}

/** Splits a text at commas outside double quotes. */
const splitList = (list: string) => (list === '' ? [] : (list.match(/(?:"(?:\\.|[^"\\])*"|[^,"])+/g) ?? []));

const unquoted = (text: string) => (/^".*"$/s.test(text) ? text.slice(1, -1).replace(/\\(.)/gs, '$1') : text);
