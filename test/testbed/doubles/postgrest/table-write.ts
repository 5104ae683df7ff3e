import pg from 'pg';
import { z } from 'zod';
import type { Answer } from './answer.ts';
import { unsupported } from './api-error.ts';
import type { ApiRequest } from './api-request.ts';
import { contentType, shapeOf } from './media.ts';
import { Parameters } from './parameters.ts';
import { payloadOf, recordType } from './payload.ts';
import { preferenceApplied } from './preferences.ts';
import { selectOf, whereOf } from './query-string.ts';
import { contentRange } from './range.ts';
import { askRows, type Rows } from './rows.ts';
import type { Table } from './schema-cache.ts';
import { qualified } from './table-read.ts';
import type { Ask } from './transaction.ts';

/** Answers POST, PATCH and DELETE of a table. Returns the rows only if `Prefer` requests them. */
export async function writeTable(ask: Ask, request: ApiRequest, table: Table): Promise<Answer> {
  const values = new Parameters();
  const statement = { POST: insert, PATCH: update, DELETE: remove }[request.method];
  if (statement === undefined) throw unsupported(`${request.method} of a table`);
  const shape = shapeOf(request.headers.accept);
  const returned = returning(request, table);
  const written = statement(request, table, values);
  const rows =
    written === undefined
      ? { count: 0, body: '[]', total: undefined }
      : await askRows(ask, `${written} RETURNING ${returned}`, values.values, {
          shape: request.preferences.representation === 'representation' ? shape : 'list',
        });
  return answer(request, table, rows, contentType[shape]);
}

function insert(request: ApiRequest, table: Table, values: Parameters): string {
  const { json, columns, rows } = payloadOf(request);
  const into = `INSERT INTO ${qualified(table)}`;
  if (rows > 0 && columns.length === 0) return `${into} DEFAULT VALUES`;
  const names = columns.map((name) => pg.escapeIdentifier(name)).join(', ');
  if (rows === 0) return `${into} SELECT null::${qualified(table)} WHERE false`;
  return `${into} (${names}) SELECT ${names} FROM json_to_recordset(${values.add(json)}::json) AS _(${recordType(table, columns)})`;
}

function update(request: ApiRequest, table: Table, values: Parameters): string | undefined {
  const { json, columns } = payloadOf(request);
  if (columns.length === 0) return undefined;
  const name = qualified(table);
  const set = columns.map((one) => `${pg.escapeIdentifier(one)} = pgrst_body.${pg.escapeIdentifier(one)}`);
  const body = `SELECT * FROM json_to_recordset(${values.add(json)}::json) AS _(${recordType(table, columns)}) LIMIT 1`;
  const where = whereOf(request.query, name, values);
  return `UPDATE ${name} SET ${set.join(', ')} FROM (${body}) pgrst_body${where}`;
}

function remove(request: ApiRequest, table: Table, values: Parameters): string {
  return `DELETE FROM ${qualified(table)}${whereOf(request.query, qualified(table), values)}`;
}

function returning({ preferences, query }: ApiRequest, table: Table): string {
  const name = qualified(table);
  if (preferences.representation === 'representation') return selectOf(query, name);
  const keys = table.columns
    .filter(({ primary }) => primary)
    .map((one) => `${name}.${pg.escapeIdentifier(one.name)}`);
  return preferences.representation === 'headers-only' && keys.length > 0 ? keys.join(', ') : '1';
}

const created = z.array(z.record(z.string(), z.unknown()));

function answer({ method, preferences }: ApiRequest, table: Table, rows: Rows, type: string): Answer {
  const full = preferences.representation === 'representation';
  const headersOnly = preferences.representation === 'headers-only';
  const total = preferences.countExact ? rows.count : undefined;
  const range = method === 'PATCH' ? contentRange(0, rows.count - 1, total) : contentRange(1, 0, total);
  const [first] = method === 'POST' && headersOnly ? created.parse(JSON.parse(rows.body)) : [];
  const key = Object.entries(first ?? {}).map(([name, value]): [string, string] => [name, `eq.${value}`]);
  return {
    status: method === 'POST' ? 201 : full ? 200 : 204,
    headers: {
      // Without a prefix that a proxy removed from the path, because PostgREST does not know it.
      ...(key.length === 0 ? {} : { Location: `/${table.name}?${new URLSearchParams(key)}` }),
      'Content-Range': range,
      ...(full ? { 'Content-Type': type } : {}),
      ...preferenceApplied(preferences),
    },
    body: full ? rows.body : '',
  };
}
