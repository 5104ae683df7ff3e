import type pg from 'pg';
import type { Config } from './config.ts';
import type { SchemaCache } from './schema-cache.ts';
import type { RoleSettings } from './settings.ts';

/** What one running double knows at the moment. Loader and listener write it, the servers read it. */
export interface State {
  readonly pool: pg.Pool;
  /** Ends waiting and retrying. */
  readonly stopping: AbortSignal;
  /** Ends the process, as PostgREST does for a wrong password. */
  readonly exit: (code: number) => void;
  /** As the environment gave it. */
  readonly given: Config;
  /** What holds: as given, and as the database's settings alter it. */
  config: Config;
  roleSettings: RoleSettings;
  /** The last that could be loaded: it goes on serving while a newer one cannot be. */
  cache: SchemaCache | undefined;
  /** Whether the last attempt to load it succeeded. */
  loaded: boolean;
  /** Whether the connection that listens for NOTIFY is up, by which PostgREST knows that the database is. */
  listening: boolean;
}

/** What `/ready` says, 200 or 503: nothing about how fresh the schema cache is. */
export const isReady = ({ loaded, listening }: State) => loaded && listening;
