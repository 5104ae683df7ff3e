import { z } from 'zod';
import type { Session } from '../../domain/session.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { checksFor } from './checks.ts';
import { behaviourScript } from './script.ts';

export interface BehaviourResult {
  readonly name: string;
  readonly ok: boolean;
  readonly wanted: string;
  /** Names and states alone: never a row's value. */
  readonly found: string;
}

export type BehaviourReport = { readonly skipped: string } | { readonly results: readonly BehaviourResult[] };

const stateRow = z.object({ read_only: z.string(), standby: z.string() });
const foundRow = z.object({ found: z.string() });

/**
 * Tries what the schema promises, in one transaction that is rolled back. The session must not be in
 * a transaction. Two round trips.
 * @param catalog of this database, or what is expected of it: values for columns that need one, foreign
 * keys and `updated_at` triggers to try are found there
 * @throws DatabaseError when the connection fails, or a timeout ends a statement; an object that is
 * missing is a failed result
 */
export async function checkBehaviour(session: Session, catalog: Catalog): Promise<BehaviourReport> {
  const [state] = await session.query(
    `select current_setting('transaction_read_only') as read_only, pg_is_in_recovery()::text as standby`,
  );
  const { read_only, standby } = stateRow.parse(state);
  if (standby === 'true') return { skipped: 'the server is a standby, which takes no writes' };
  if (read_only === 'on') return { skipped: 'the server is set to read-only transactions' };

  const checks = checksFor(catalog);
  const answered = await session.script(behaviourScript(checks)).catch(async (error: unknown) => {
    // The connection may be the very thing that failed; then the server rolls back by itself.
    await session.script('rollback').catch(() => undefined);
    throw error;
  });
  const found = (answered.at(-1) ?? []).map((row) => foundRow.parse(row).found);
  return {
    results: checks.map(({ name, wanted }, place) => ({
      name,
      ok: found[place] === wanted,
      wanted,
      found: found[place] ?? 'nothing',
    })),
  };
}
