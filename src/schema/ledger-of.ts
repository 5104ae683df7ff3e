import { readLedger } from '../database/ledger/ledger.ts';
import type { LedgerRow } from '../database/ledger/ledger-row.ts';
import type { Context } from '../workspace/context.ts';

/** The local database's ledger; empty where there is no database yet. */
export async function ledgerOf({ database }: Context): Promise<readonly LedgerRow[]> {
  if ((await database.state()).is !== 'present') return [];
  return (await readLedger(await database.session())) ?? [];
}
