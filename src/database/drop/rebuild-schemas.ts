import type { Session } from '../../domain/session.ts';
import type { SqlChange } from '../../domain/sql-change.ts';
import {
  alwaysMayCommit,
  defaultLockTimeout,
  inLedgerTransaction,
  type MayCommit,
} from '../ledger/transaction.ts';
import { dropConfirmed } from './drop-schemas.ts';
import { leaveOnly, runOne, throwIfDifferent } from './run-files.ts';

type Rebuild = Extract<SqlChange['operation'], { type: 'rebuild' }>;

/**
 * Undoes the newest migrations of schemas without rows to keep, in one transaction: drops the schemas, runs the remaining
 * migrations again, and compares the result with them before the commit. Their rows in the ledger stay as they are.
 * @param head the ledger's head that the change was confirmed for
 * @param entry the statement that records the change
 * @throws ProblemError if rows or the ledger changed after the confirmation, a file fails, or the result differs
 */
export async function rebuildSchemas(
  session: Session,
  { schemas, remaining, verify }: Rebuild,
  head: string | null,
  mayCommit: MayCommit = alwaysMayCommit,
  entry = '',
): Promise<void> {
  const names = remaining.map(({ name }) => name);
  const act = async () => {
    await dropConfirmed(session, schemas);
    for (const file of remaining) await runOne(session, file);
    await leaveOnly(
      session,
      entry,
      schemas.migrations.filter((name) => !names.includes(name)),
    );
    await throwIfDifferent(session, verify, names.join(', '));
  };
  await inLedgerTransaction(session, head, defaultLockTimeout, act, mayCommit);
}
