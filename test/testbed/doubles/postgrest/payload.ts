import pg from 'pg';
import { z } from 'zod';
import { ApiError } from './api-error.ts';
import type { ApiRequest } from './api-request.ts';
import type { Table } from './schema-cache.ts';

/** The objects that a client sent for writing: one, or several with the same keys. */
export interface Payload {
  /** JSON list for json_to_recordset. */
  readonly json: string;
  readonly rows: number;
  readonly columns: readonly string[];
}

const payloadSchema = z.union([
  z.record(z.string(), z.unknown()).transform((one) => [one]),
  z.array(z.record(z.string(), z.unknown())),
]);

/** @throws ApiError PGRST102, 400, for invalid JSON, or objects with different keys */
export function payloadOf({ body, headers }: ApiRequest): Payload {
  const type = (headers['content-type'] ?? 'application/json').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw invalid(`Content-Type not acceptable: ${type}`);
  const rows = payloadSchema.safeParse(parsed(body)).data;
  if (rows === undefined) throw invalid('Empty or invalid json');
  const keys = rows.map((row) => Object.keys(row).toSorted());
  const [columns = []] = keys;
  if (keys.some((other) => other.join('\n') !== columns.join('\n')))
    throw invalid('All object keys must match');
  return { json: JSON.stringify(rows), rows: rows.length, columns };
}

/**
 * Returns the row type of a payload, such as `"a" integer, "b" text`. @throws ApiError PGRST204 for a missing column
 */
export function recordType(table: Table, columns: readonly string[]): string {
  return columns
    .map((name) => {
      const column = table.columns.find((one) => one.name === name);
      if (column === undefined)
        throw new ApiError(
          400,
          'PGRST204',
          `Could not find the '${name}' column of '${table.name}' in the schema cache`,
        );
      return `${pg.escapeIdentifier(name)} ${column.type}`;
    })
    .join(', ');
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const invalid = (message: string) => new ApiError(400, 'PGRST102', message);
