import { setTimeout as pause } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import { ApiError } from './api-error.ts';
import { withSettings } from './config.ts';
import { connectionError, databaseError, isWrongPassword } from './database-error.ts';
import { log } from './log.ts';
import { querySchemaCache } from './schema-cache.ts';
import { queryDbSettings, queryRoleSettings } from './settings.ts';
import type { State } from './state.ts';

/** Requests that the schema cache is loaded, at most once in 100 ms, and never twice at the same time. */
export function createLoader(state: State): () => void {
  let running = false;
  let wanted = false;
  const run = async () => {
    running = true;
    while (wanted && !state.stopping.aborted) {
      wanted = false;
      await loadWithRetries(state);
      await pause(100, undefined, { signal: state.stopping });
    }
    running = false;
  };
  return () => {
    wanted = true;
    if (!running) run().catch(unlessStopping(state));
  };
}

/** Waits 1, 2, 4, … 32 s between attempts; a notification does not shorten this (AppState.hs). */
async function loadWithRetries(state: State): Promise<void> {
  for (let delay = 1; !(await load(state)); delay = Math.min(delay * 2, 32)) {
    log(`Attempting to reconnect to the database in ${delay} seconds...`);
    await pause(delay * 1000, undefined, { signal: state.stopping });
  }
}

async function load(state: State): Promise<boolean> {
  let client: ClientBase & { release(destroy?: boolean): void };
  try {
    client = await state.pool.connect();
  } catch (error) {
    const { body } = connectionError(error);
    state.loaded = false;
    if (isWrongPassword(error)) {
      log(`Failed to establish a connection. ${body}`);
      state.exit(1);
    } else {
      log(`Failed to query the PostgreSQL version. ${body}`);
    }
    return false;
  }
  try {
    await loadFrom(client, state);
    return true;
  } catch (error) {
    state.loaded = false;
    const { dbSchemas, dbExtraSearchPath } = state.config;
    const used = `db-schemas=${dbSchemas.join(',')} and db-extra-search-path=${dbExtraSearchPath.join(',')}`;
    const { body } = error instanceof ApiError ? error : databaseError(error, false);
    log(`Failed to load the schema cache using ${used}. ${body}`);
    return false;
  } finally {
    client.release(true);
  }
}

async function loadFrom(client: ClientBase, state: State): Promise<void> {
  const { rows } = await client.query<{ version: string }>('select version()');
  log(`Successfully connected to ${rows[0]?.version}`);
  log(`Connection Pool initialized with a maximum size of ${state.config.dbPool} connections`);
  await loadConfig(client, state);
  const started = performance.now();
  state.cache = await querySchemaCache(client, state.config);
  state.loaded = true;
  log(`Schema cache queried in ${(performance.now() - started).toFixed(1)} milliseconds`);
  log(`Schema cache loaded ${state.cache.tables.length} Relations, ${state.cache.routines.length} Functions`);
}

async function loadConfig(client: ClientBase, state: State): Promise<void> {
  state.roleSettings = await queryRoleSettings(client);
  state.config = withSettings(state.given, await queryDbSettings(client));
  log('Config reloaded');
}

/** Reads the configuration again, as after `NOTIFY pgrst, 'reload config'`. */
export async function reloadConfig(state: State): Promise<void> {
  const client = await state.pool.connect();
  try {
    await loadConfig(client, state);
  } finally {
    client.release();
  }
}

/** A stop rejects pending waits with an AbortError, which is not a failure. */
export const unlessStopping = (state: State) => (error: unknown) => {
  if (!state.stopping.aborted) throw error;
};
