import pg from 'pg';
import { ApiError } from './api-error.ts';
import type { ApiRequest } from './api-request.ts';
import { connectionError, databaseError } from './database-error.ts';
import type { Caller } from './jwt.ts';
import type { State } from './state.ts';

/** Asks inside the transaction of one request. Values are parameters, always. */
export type Ask = <Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[]) => Promise<Row[]>;

/**
 * Does a request's work in one transaction, as its role and with that role's settings; reading ones are
 * read-only. The settings come first, and all with `is_local`: a connection of the pool keeps nothing.
 * Source: PostgREST/postgrest, src/PostgREST/Query/PreQuery.hs.
 * @throws ApiError what the database refused, in PostgREST's form
 */
export async function inTransaction<Result>(
  state: State,
  caller: Caller,
  request: ApiRequest,
  work: (ask: Ask) => Promise<Result>,
): Promise<Result> {
  const client = await state.pool.connect().catch((error) => {
    throw isPoolTimeout(error) ? databaseError(error, false) : connectionError(error);
  });
  let broken = false;
  const ask: Ask = async (sql, values) => (await client.query(sql, [...values])).rows;
  try {
    await client.query(
      `BEGIN ISOLATION LEVEL READ COMMITTED ${request.readOnly ? 'READ ONLY' : 'READ WRITE'}`,
    );
    await setVariables(ask, state, caller, request);
    const result = await work(ask);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      broken = true;
    });
    throw error instanceof ApiError ? error : databaseError(error, caller.authenticated);
  } finally {
    client.release(broken);
  }
}

async function setVariables(ask: Ask, state: State, caller: Caller, request: ApiRequest): Promise<void> {
  const searchPath = [request.schema, ...state.config.dbExtraSearchPath].map((one) =>
    pg.escapeIdentifier(one),
  );
  const settings: readonly (readonly [string, string])[] = [
    ['search_path', searchPath.join(', ')],
    ...(state.roleSettings.get(caller.role) ?? []),
    ['role', caller.role],
    ['request.jwt.claims', JSON.stringify(caller.claims)],
    ['request.method', request.method],
    ['request.path', request.path],
    ['request.headers', JSON.stringify(request.headers)],
  ];
  const calls = settings.map((_, at) => `set_config($${at * 2 + 1}, $${at * 2 + 2}, true)`);
  await ask(`select ${calls.join(', ')}`, settings.flat());
}

const isPoolTimeout = (error: unknown) =>
  error instanceof Error && error.message === 'timeout exceeded when trying to connect';
