import type { DropletLock } from '../tasks/production/droplet-lock.ts';
import type { Production } from '../tasks/production/production.ts';

/** Production, and how to let go of it. */
export type ProductionSite = Production & {
  /** The lock of the droplet, from when a roll-out takes it; it goes with `close`. A server has none. */
  lock: DropletLock | null;
  close(): Promise<void>;
};
