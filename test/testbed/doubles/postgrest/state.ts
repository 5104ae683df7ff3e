import type pg from 'pg';
import type { Config } from './config.ts';
import type { SchemaCache } from './schema-cache.ts';
import type { RoleSettings } from './settings.ts';

/** The present state of a running double. Loader and listener write it, the servers read it. */
export interface State {
  readonly pool: pg.Pool;
  /** Aborts waiting and retrying. */
  readonly stopping: AbortSignal;
  /** Ends the process, as PostgREST does for a wrong password. */
  readonly exit: (code: number) => void;
  /** The configuration of the environment. */
  readonly given: Config;
  /** The effective configuration, with the settings of the database. */
  config: Config;
  roleSettings: RoleSettings;
  /** The last successfully loaded schema cache, which is used while a newer one cannot be loaded. */
  cache: SchemaCache | undefined;
  /** Whether the last attempt to load it succeeded. */
  loaded: boolean;
  /** Whether the connection that listens for NOTIFY is up; PostgREST takes this as the state of the database. */
  listening: boolean;
}

/** Returns whether `/ready` answers 200 or 503, independent of the age of the schema cache. */
export const isReady = ({ loaded, listening }: State) => loaded && listening;
