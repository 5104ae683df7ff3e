import { ApiError } from './api-error.ts';
import type { ApiRequest } from './api-request.ts';

/** The requested rows: from `offset`, at most `limit`. */
export interface Range {
  readonly offset: number;
  readonly limit: number | undefined;
}

/**
 * Reads `limit`, `offset` and, for read requests, the `Range` header (`0-9`, both ends included).
 * @throws ApiError PGRST103, 416
 */
export function rangeOf({ query, headers, method }: ApiRequest, maxRows: number | undefined): Range {
  const limit = numberOf(query.get('limit'));
  if (limit !== undefined && limit < 0) throw unsatisfiable('Limit should be greater than or equal to zero.');
  const header = method === 'GET' ? /^(\d+)-(\d*)$/.exec(headers.range ?? '') : null;
  const from = Number(header?.[1] ?? 0);
  const to = header?.[2] ? Number(header[2]) : undefined;
  if (to !== undefined && to < from)
    throw unsatisfiable(
      'The lower boundary must be lower than or equal to the upper boundary in the Range header.',
    );
  const limits = [limit, to === undefined ? undefined : to - from + 1, maxRows].filter(
    (one) => one !== undefined,
  );
  return {
    offset: Math.max(from, numberOf(query.get('offset')) ?? 0),
    limit: limits.length === 0 ? undefined : Math.min(...limits),
  };
}

/** Returns `0-9/42`, with a star for no rows, and for a total that was not counted. */
export function contentRange(lower: number, upper: number, total: number | undefined): string {
  const range = total !== 0 && lower <= upper ? `${lower}-${upper}` : '*';
  return `${range}/${total ?? '*'}`;
}

/** Returns 206 if there are more rows than returned, which is known only if they were counted. */
export function rangeStatus(lower: number, upper: number, total: number | undefined): 200 | 206 {
  if (total === undefined) return 200;
  if (lower > total)
    throw unsatisfiable(`An offset of ${lower} was requested, but there are only ${total} rows.`);
  return 1 + upper - lower < total ? 206 : 200;
}

const unsatisfiable = (details: string) =>
  new ApiError(416, 'PGRST103', 'Requested range not satisfiable', { details });

const numberOf = (text: string | null) => (text !== null && /^-?\d+$/.test(text) ? Number(text) : undefined);
