import pg from 'pg';
import type { Answer } from './answer.ts';
import type { ApiRequest } from './api-request.ts';
import { contentType, shapeOf } from './media.ts';
import { Parameters } from './parameters.ts';
import { preferenceApplied } from './preferences.ts';
import { orderOf, selectOf, whereOf } from './query-string.ts';
import { contentRange, type Range, rangeOf, rangeStatus } from './range.ts';
import { askRows } from './rows.ts';
import type { Table } from './schema-cache.ts';
import type { Ask } from './transaction.ts';

/** Answers GET and HEAD of a table: rows, Content-Range, and 206 if fewer rows are returned than counted. */
export async function readTable(
  ask: Ask,
  request: ApiRequest,
  table: Table,
  maxRows: number | undefined,
): Promise<Answer> {
  const { query, preferences } = request;
  const shape = shapeOf(request.headers.accept);
  const range = rangeOf(request, maxRows);
  const name = qualified(table);
  const values = new Parameters();
  const where = whereOf(query, name, values);
  const order = orderOf(query, name);
  const total = preferences.countExact ? `(SELECT count(*) FROM ${name}${where})` : 'null';
  const source = `SELECT ${selectOf(query, name)} FROM ${name}${where}${order}${limits(range, values)}`;
  const rows = await askRows(ask, source, values.values, { shape, total });
  const upper = range.offset + rows.count - 1;
  const status = rangeStatus(range.offset, upper, rows.total);
  const canonical = [...query].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    status,
    headers: {
      'Content-Range': contentRange(range.offset, upper, rows.total),
      'Content-Location': `/${table.name}${query.size === 0 ? '' : `?${new URLSearchParams(canonical)}`}`,
      'Content-Type': contentType[shape],
      ...preferenceApplied({ countExact: preferences.countExact }),
    },
    body: rows.body,
  };
}

export const qualified = ({ schema, name }: { readonly schema: string; readonly name: string }) =>
  `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;

export function limits({ limit, offset }: Range, values: Parameters): string {
  return `${limit === undefined ? '' : ` LIMIT ${values.add(limit)}`} OFFSET ${values.add(offset)}`;
}
