import type { Session } from '../../domain/session.ts';
import type { SqlChange } from '../../domain/sql-change.ts';
import {
  alwaysMayCommit,
  defaultLockTimeout,
  inLedgerTransaction,
  type MayCommit,
} from '../ledger/transaction.ts';
import { leaveOnly, runOne, throwIfDifferent } from './run-files.ts';

type Revert = Extract<SqlChange['operation'], { type: 'revert' }>;

/**
 * Undoes the newest migrations by their down files, in one transaction: runs them, newest first, deletes the migrations
 * from the ledger, and compares the result with the remaining ones before the commit.
 * @param head the ledger's head that the change was confirmed for
 * @param entry the statement that records the change
 * @throws ProblemError if a file fails, or if the result is not what the remaining migrations make
 */
export async function revertMigrations(
  session: Session,
  { files, verify }: Revert,
  head: string | null,
  mayCommit: MayCommit = alwaysMayCommit,
  entry = '',
): Promise<void> {
  const act = async () => {
    for (const { file } of files) await runOne(session, file);
    await leaveOnly(
      session,
      entry,
      files.map(({ migration }) => migration),
    );
    await throwIfDifferent(session, verify, files.map(({ file }) => file.name).join(', '));
  };
  await inLedgerTransaction(session, head, defaultLockTimeout, act, mayCommit);
}
