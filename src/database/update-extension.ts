import type { Session } from '../domain/session.ts';
import type { ExtensionUpdate } from '../domain/sql-change.ts';
import type { MayCommit } from './ledger/transaction.ts';
import { rollBack } from './roll-back.ts';
import { quotedName } from './sql/quoted-name.ts';

/**
 * Updates the objects of an extension to a version that the server has, in one transaction.
 * @param entry the statement that records the change
 */
export async function updateExtension(
  session: Session,
  { name, available }: ExtensionUpdate,
  mayCommit: MayCommit,
  entry: string,
): Promise<void> {
  await session.script('begin');
  try {
    await session.script(`alter extension ${quotedName(name)} update to ${quotedName(available)}; ${entry}`);
    await mayCommit();
    await session.script('commit');
  } catch (error) {
    await rollBack(session);
    throw error;
  }
}
