import pg from 'pg';
import { ApiError } from './api-error.ts';
import type { ApiRequest } from './api-request.ts';
import { connectionError, databaseError } from './database-error.ts';
import type { Caller } from './jwt.ts';
import type { State } from './state.ts';

/** Runs a query in the transaction of one request. Values are always parameters. */
export type Ask = <Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[]) => Promise<Row[]>;

/**
 * Runs a request in one transaction with its role and the settings of that role; for read requests, the transaction is
 * read-only. The settings come first, all with `is_local`, so that the pooled connection keeps none.
 * Source: PostgREST/postgrest, src/PostgREST/Query/PreQuery.hs.
 * @throws ApiError an error of the database in the form of PostgREST
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
