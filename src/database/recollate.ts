import type { Session } from '../domain/session.ts';
import type { Recollation } from '../domain/sql-change.ts';
import { alwaysMayCommit, type MayCommit } from './ledger/transaction.ts';
import { rollBack } from './roll-back.ts';

/**
 * Rebuilds indexes whose sort order has changed, and records the actual versions of the collations, in one transaction.
 * Other sessions cannot write to the indexed tables meanwhile.
 * @param entry the statement that records the change
 */
export async function recollate(
  session: Session,
  { indexes, collations, database }: Recollation,
  mayCommit: MayCommit = alwaysMayCommit,
  entry = '',
): Promise<void> {
  await session.script('begin');
  try {
    for (const index of indexes) await session.script(`reindex index ${index}`);
    for (const name of collations) await session.script(`alter collation ${name} refresh version`);
    if (database !== null)
      await session.script(`alter database "${database.replaceAll('"', '""')}" refresh collation version`);
    if (entry !== '') await session.script(entry);
    await mayCommit();
    await session.script('commit');
  } catch (error) {
    await rollBack(session);
    throw error;
  }
}
