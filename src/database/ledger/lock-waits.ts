/** How long a migration waits for locks, and how often it is tried. */
export interface LockWaits {
  /** `lock_timeout` of the migration's transaction, in milliseconds. */
  readonly milliseconds: number;
  /** Maximum number of attempts while other sessions hold a lock that the transaction needs. */
  readonly attempts: number;
}

export const defaultLockWaits: LockWaits = { milliseconds: 2000, attempts: 5 };
