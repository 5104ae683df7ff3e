import { setTimeout as pause } from 'node:timers/promises';
import { blockerText } from '../../domain/hazard-text.ts';
import { ProblemError } from '../../domain/problem.ts';
import type { DatabaseError, Session } from '../../domain/session.ts';
import type { MigrationFile } from '../../domain/sql-change.ts';
import { blockersOf } from '../hazards/blockers.ts';
import { locksNotAvailable } from './lock-problems.ts';
import type { LockWaits } from './lock-waits.ts';

/** A statement waited for a lock until `lock_timeout`; its transaction is rolled back. */
class LockNotAvailable extends Error {
  override readonly name = 'LockNotAvailable';
  /** Index of the statement in the file; null if it is not known, or at COMMIT. */
  readonly statement: number | null;

  constructor(error: DatabaseError, statement: number | null) {
    super(error.message, { cause: error });
    this.statement = statement;
  }
}

/** SQLSTATE lock_not_available (https://www.postgresql.org/docs/18/errcodes-appendix.html). */
const lockNotAvailable = '55P03';

/**
 * If a statement's wait for a lock timed out, throws an error after which `withAttempts` tries again.
 * @param statement its index in the file; null if it is not known, or at COMMIT
 */
export function throwIfLocked(error: DatabaseError, statement: number | null): void {
  if (error.fault.code === lockNotAvailable) throw new LockNotAvailable(error, statement);
}

/**
 * Runs a migration's transaction, and repeats it while another session holds a lock that it needs. It holds no lock
 * between two attempts, so that the sessions in the queue behind it get their locks.
 * @param onLine receives a line for each attempt that failed
 * @throws ProblemError with the blocking sessions after the last attempt; any other error immediately
 */
export async function withAttempts(
  session: Session,
  file: MigrationFile,
  waits: LockWaits,
  onLine: (line: string) => void,
  attempt: () => Promise<void>,
): Promise<void> {
  for (let number = 1; ; number += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof LockNotAvailable)) throw error;
      const { statement } = error;
      const blockers = await blockersOf(session, file, statement, waits.milliseconds);
      if (number >= waits.attempts) {
        throw new ProblemError(locksNotAvailable(file, statement, waits, blockers), {
          cause: error.cause,
        });
      }
      const who = blockers.length === 0 ? '' : `, held by ${blockers.map(blockerText).join(', ')}`;
      onLine(
        `attempt ${number} of ${waits.attempts}: no lock within ${waits.milliseconds} ms${who}; rolled back, trying again`,
      );
      await pause(waits.milliseconds);
    }
  }
}
