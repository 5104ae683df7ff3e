import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { connectionError } from './database-error.ts';
import { reloadConfig } from './loader.ts';
import { log } from './log.ts';
import type { State } from './state.ts';

/**
 * Listens for `NOTIFY pgrst, 'reload schema'` (or '', or 'reload config') on a separate connection. If that is lost,
 * reconnects 1, 2, 4, … 32 s later and reloads the schema, because a notification may have been missed. Source:
 * PostgREST/postgrest, src/PostgREST/Listener.hs.
 */
export async function keepListening(state: State, reloadSchema: () => void): Promise<void> {
  for (let delay = 1; !state.stopping.aborted; delay = Math.min(delay * 2, 32)) {
    const lost = await listenOnce(state, reloadSchema, () => {
      if (delay > 1) reloadSchema();
      delay = 1;
    });
    state.listening = false;
    if (state.stopping.aborted) return;
    const channel = `on the "${state.config.dbChannel}" channel`;
    log(`Failed listening for database notifications ${channel}. ${lost}`);
    log(`Retrying listening for database notifications in ${delay} seconds...`);
    await pause(delay * 1000, undefined, { signal: state.stopping });
  }
}

/** @returns the reason when the connection is lost or cannot be established */
async function listenOnce(state: State, reloadSchema: () => void, onListening: () => void): Promise<string> {
  const { dbUri, dbChannel } = state.config;
  const client = new pg.Client({ connectionString: dbUri, application_name: 'PostgREST 14.17 (double)' });
  const over = Promise.withResolvers<string>();
  client.on('error', (error) => over.resolve(error.message));
  client.on('end', () => over.resolve('Connection error'));
  const stop = () => over.resolve('stopped');
  state.stopping.addEventListener('abort', stop);
  client.on('notification', ({ payload = '' }) => {
    if (payload === '' || payload === 'reload schema') {
      log(`Received a schema cache reload message on the "${dbChannel}" channel`);
      reloadSchema();
    } else if (payload === 'reload config') {
      log(`Received a config reload message on the "${dbChannel}" channel`);
      reloadConfig(state).catch((error) =>
        log(`Failed to query database settings for the config parameters.${connectionError(error).body}`),
      );
    }
  });
  try {
    await client.connect();
    await client.query(`LISTEN ${pg.escapeIdentifier(dbChannel)}`);
    state.listening = true;
    onListening();
    log(`Listening for database notifications on the "${dbChannel}" channel`);
    return await over.promise;
  } catch (error) {
    return connectionError(error).details ?? 'Connection error';
  } finally {
    state.stopping.removeEventListener('abort', stop);
    await client.end().catch(() => undefined);
  }
}
