import type { HostLock } from '../host/host-lock.ts';
import type { Production } from '../targets/target.ts';

/** Production, and how to close the connection to it. */
export type ConnectedProduction<Kind extends Production = Production> = Kind & {
  /** The lock of the production host, once a rollout has taken it; `close` releases it. A server has none. */
  lock: HostLock | null;
  /** Begins to log in to the database, if it runs, while something else is waited for. */
  logInAhead?(): void;
  close(): Promise<void>;
};
