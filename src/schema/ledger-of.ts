import { type LedgerState, readLedgerState } from '../database/ledger/ledger.ts';
import type { LedgerRow } from '../database/ledger/ledger-row.ts';
import type { ReadDatabase } from '../domain/ports/database.ts';
import { inspectedIn } from './inspected-in.ts';

/** Reads the ledger of a database; empty if the database does not exist yet. */
export async function ledgerOf(database: ReadDatabase): Promise<readonly LedgerRow[]> {
  return (await stateOf(database)).rows ?? [];
}

/**
 * Returns the name of the database or role that an interrupted rehearsal left on the production server; null if there is
 * none.
 */
export async function abandonedIn(database: ReadDatabase): Promise<string | null> {
  return database.target === 'production' ? (await stateOf(database)).abandoned : null;
}

/** Returns whether the ledger of a database was made by an earlier version, which did not record changes beside it. */
export async function lacksChanges(database: ReadDatabase): Promise<boolean> {
  const { rows, recordsChanges } = await stateOf(database);
  return rows !== null && !recordsChanges;
}

async function stateOf(database: ReadDatabase): Promise<LedgerState> {
  if ((await database.state()).is !== 'present')
    return { rows: null, abandoned: null, recordsChanges: false };
  return inspectedIn(database, 'ledger', async () => readLedgerState(await database.session()));
}
