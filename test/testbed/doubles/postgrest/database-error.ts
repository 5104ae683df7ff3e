import pg from 'pg';
import { ApiError } from './api-error.ts';

/** Statuses by SQLSTATE or its prefix; the first match counts (PostgREST/postgrest, Error.hs, mapSQLtoHTTP). */
const statuses: readonly (readonly [string, number])[] = [
  ['08', 503],
  ['09', 500],
  ['0L', 403],
  ['0P', 403],
  ['23503', 409],
  ['23505', 409],
  ['25006', 405],
  ['21000', 500],
  ['25', 500],
  ['28', 403],
  ['2D', 500],
  ['38', 500],
  ['39', 500],
  ['3B', 500],
  ['40', 500],
  ['53400', 500],
  ['53', 503],
  ['54', 500],
  ['55', 500],
  ['57P01', 503],
  ['57', 500],
  ['58', 500],
  ['F0', 500],
  ['HV', 500],
  ['P0001', 400],
  ['P0', 500],
  ['XX', 500],
  ['42883', 404],
  ['42P01', 404],
  ['42P17', 500],
];

/**
 * Returns the answer of PostgREST to an error of the database or of the connection.
 * @param authenticated whether the role is not the anonymous one: then 42501 is 403, otherwise 401
 */
export function databaseError(error: unknown, authenticated: boolean): ApiError {
  if (error instanceof pg.DatabaseError && error.code !== undefined) {
    const status = statusOf(error.code, error.message, authenticated);
    return new ApiError(status, error.code, error.message, {
      details: error.detail,
      hint: error.hint,
      headers: status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {},
    });
  }
  const message = wordsOf(error);
  if (message === 'timeout exceeded when trying to connect')
    return new ApiError(504, 'PGRST003', 'Timed out acquiring connection from connection pool.');
  const lost = /terminated|not queryable|closed/i.test(message);
  return lost
    ? new ApiError(503, 'PGRST001', 'Database client error. Retrying the connection.', { details: message })
    : new ApiError(503, 'PGRST000', 'Database connection error. Retrying the connection.', {
        details: message,
      });
}

/** Returns whether the login failed, which is the only error after which PostgREST exits (AppState.hs, usePool). */
export function isWrongPassword(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.code === '28P01';
  return /client password must be a (non-empty )?string/.test(wordsOf(error));
}

/** A refused login is an error of the connection, not of a statement. */
export function connectionError(error: unknown): ApiError {
  return new ApiError(503, 'PGRST000', 'Database connection error. Retrying the connection.', {
    details: error instanceof pg.DatabaseError ? `FATAL:  ${error.message}` : wordsOf(error),
  });
}

function statusOf(code: string, message: string, authenticated: boolean): number {
  if (code === '42501') return authenticated ? 403 : 401;
  if (code === '22023') return /^role.*does not exist$/.test(message) ? 401 : 400;
  return statuses.find(([start]) => code.startsWith(start))?.[1] ?? 400;
}

/** If a socket fails at several addresses, only the causes have messages. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
