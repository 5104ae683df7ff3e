import type { DropletLock } from '../host/host-lock.ts';
import type { Production } from '../host/production.ts';

/** Production, and how to let go of it. */
export type ProductionSite = Production & {
  /** The lock of the droplet, from when a roll-out takes it; it goes with `close`. A server has none. */
  lock: DropletLock | null;
  close(): Promise<void>;
};
