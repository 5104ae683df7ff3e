import { readLedger } from '../database/ledger/ledger.ts';
import type { LedgerRow } from '../database/ledger/ledger-row.ts';
import type { Database } from '../domain/ports.ts';
import { inspectedIn } from './inspected-in.ts';

/** Reads the ledger of a database; empty if the database does not exist yet. */
export async function ledgerOf(database: Database): Promise<readonly LedgerRow[]> {
  if ((await database.state()).is !== 'present') return [];
  const read = async () => (await readLedger(await database.session())) ?? [];
  return inspectedIn(database, 'ledger', read);
}
