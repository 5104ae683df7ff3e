/** What is known about the process that holds a lock. */
export type Liveness = 'running' | 'gone' | 'unknown';

/**
 * Combines the findings of the process table and the holder's socket. A process that is not visible is unknown, not
 * ended.
 * @param isSameBoot whether this machine has not restarted since the holder started; otherwise its socket proves
 * nothing
 */
export function livenessOf(seen: Liveness, socket: Liveness, isSameBoot: boolean): Liveness {
  if (seen === 'running' || socket === 'running') return 'running';
  return socket === 'gone' && isSameBoot ? 'gone' : seen;
}

/**
 * Returns whether a process may take the lock.
 * @param holder null if the lock is free
 */
export function mayTake(holder: Liveness | null, isForced: boolean): boolean {
  return holder === null || holder === 'gone' || isForced;
}

/**
 * Returns whether the process with this entry holds the lock, so that it may change the system and release the lock.
 */
export function holdsLock(numbers: readonly number[], own: number): boolean {
  return numbers.length > 0 && Math.max(...numbers) === own;
}

/** Returns the number that the next holder claims. */
export function nextNumber(highest: number): number {
  return highest + 1;
}
