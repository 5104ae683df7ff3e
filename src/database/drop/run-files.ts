import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import { DatabaseError, type Session } from '../../domain/session.ts';
import type { MigrationFile } from '../../domain/sql-change.ts';
import { withLineFeeds } from '../checksum.ts';
import { ledgerSchema } from '../ledger/ledger.ts';
import { migrationFailed } from '../ledger/problems.ts';
import {
  checkDeferred,
  notifyPostgrest,
  resetSession,
  storeSessionUser,
  transactionTimeouts,
} from '../ledger/transaction.ts';

/**
 * Runs a file in the open transaction, and resets what it leaves on the session.
 * @throws ProblemError if the server rejects it
 */
export async function runOne(session: Session, file: MigrationFile): Promise<void> {
  try {
    // A deferred constraint is checked here, so that its violation is attributed to the file.
    await session.script(withLineFeeds(`${file.text}\n;${checkDeferred}`));
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    throw new ProblemError(migrationFailed(file, error.fault), { cause: error });
  }
  // The reset also forgets the session user that it needs after the next file.
  await session.script(
    `${resetSession} ${storeSessionUser} ${transactionTimeouts()} ${session.settings ?? ''}`,
  );
}

/**
 * Deletes migrations from the ledger, in the open transaction, and lets PostgREST reload the schema at its commit.
 * @param entry the statement that records the change
 */
export async function leaveOnly(session: Session, entry: string, undone: readonly string[]): Promise<void> {
  await session.query(`delete from ${ledgerSchema}.migrations where name = any ($1::text[])`, [undone]);
  await session.script(`${entry} ${notifyPostgrest}`);
}

/**
 * @param files the names of the files that ran
 * @throws ProblemError if the database is not what its remaining migrations make
 */
export async function throwIfDifferent(
  session: Session,
  verify: (session: Session) => Promise<readonly string[]>,
  files: string,
): Promise<void> {
  const differences = await verify(session);
  if (differences.length > 0) throw new ProblemError(differs(files, differences));
}

function differs(files: string, differences: readonly string[]): Problem {
  return {
    code: 'ERP-0844',
    what: `After ${files}, the database would not be what its remaining migrations make of it.`,
    why: `${differences.length} ${differences.length === 1 ? 'difference is' : 'differences are'} listed below. The transaction was rolled back: nothing was changed.`,
    todo: [{ text: 'Correct the down file, then run again.' }],
    exit: exitCodes.stepFailed,
    excerpt: differences.slice(0, 20),
  };
}
