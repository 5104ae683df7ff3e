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

/** The parameters of a query string that are neither columns' filters nor known here are said, not passed over. */
const unknownHere = ['and', 'or', 'not.and', 'not.or', 'columns', 'on_conflict'];

/** Those of a query string's pairs that are no word of its language: filters of a table, arguments of a function. */
export function ownPairs(query: URLSearchParams): readonly (readonly [string, string])[] {
  const strange = unknownHere.find((key) => query.has(key));
  if (strange !== undefined) throw unsupported(`"${strange}=" in a query string`);
  return [...query].filter(([key]) => !reserved.includes(key));
}

/** ` WHERE …` of the filters, or nothing. @throws ApiError PGRST100 for an operator that is none */
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
  // A star stands for what SQL writes as %, since % means something in a URL.
  const value = operator.endsWith('like') ? operand.replaceAll('*', '%') : operand;
  return symbol && `${column} ${symbol} ${values.add(value)}`;
}

/** The columns of `select=`, each qualified, as `alias:column` asks. */
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

/** ` ORDER BY …` of `order=column.desc.nullslast,…`, or nothing. */
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

/** At the commas, but those between double quotes. */
const splitList = (list: string) => (list === '' ? [] : (list.match(/(?:"(?:\\.|[^"\\])*"|[^,"])+/g) ?? []));

const unquoted = (text: string) => (/^".*"$/s.test(text) ? text.slice(1, -1).replace(/\\(.)/gs, '$1') : text);
