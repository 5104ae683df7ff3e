import { ApiError } from './api-error.ts';
import type { Shape } from './media.ts';
import type { Ask } from './transaction.ts';

/** The result of a statement: the number of rows, their JSON from PostgreSQL, and the total number. */
export interface Rows {
  readonly count: number;
  readonly body: string;
  readonly total: number | undefined;
}

/**
 * Queries the rows of `source`, a statement that returns rows. As with PostgREST, PostgreSQL writes the JSON.
 * @throws ApiError PGRST116, 406, if one object was requested and there is not exactly one
 */
export async function askRows(
  ask: Ask,
  source: string,
  values: readonly unknown[],
  { shape = 'list' as Shape, total = 'null' } = {},
): Promise<Rows> {
  const agg = 'coalesce(json_agg(_postgrest_t), $$[]$$)';
  const [row] = await ask<{ count: number; body: string; total: number | null }>(
    `WITH pgrst_source AS (${source}) SELECT ${total}::int AS total, count(_postgrest_t)::int AS count,
       (${shape === 'list' ? agg : `${agg}->0`})::text AS body FROM (SELECT * FROM pgrst_source) _postgrest_t`,
    values,
  );
  const { count = 0, body = '[]', total: all = null } = row ?? {};
  if (shape === 'object' && count !== 1)
    throw new ApiError(406, 'PGRST116', 'Cannot coerce the result to a single JSON object', {
      details: `The result contains ${count} rows`,
    });
  return { count, body, total: all ?? undefined };
}
