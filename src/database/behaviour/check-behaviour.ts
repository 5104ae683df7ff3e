import * as z from 'zod';
import type { Session } from '../../domain/session.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { rollBack } from '../roll-back.ts';
import type { AnyCheck } from './check.ts';
import { checksFor } from './checks.ts';
import { behaviourScripts } from './script.ts';

export interface BehaviourResult {
  readonly name: string;
  /** False for a fault only: a test that could not be set up is not a fault. */
  readonly ok: boolean;
  readonly expected: string;
  /** Names and SQLSTATE codes only, never a value of a row. */
  readonly actual: string;
  /** Why the test could not be set up; absent if it ran. It contains names only. */
  readonly notTested?: string;
}

export type BehaviourReport = { readonly skipped: string } | { readonly results: readonly BehaviourResult[] };

const stateRow = z.object({ read_only: z.string(), standby: z.string() });
const foundRow = z.object({ found: z.string() });

/** Number of checks per round trip if `watch` is given. It is small, so that the display advances often. */
const watchedChecks = 4;

/**
 * Tests the behaviour of the schema in one transaction that is rolled back. The session must not be in a transaction.
 * Takes one round trip, or several with `watch`.
 * @param catalog the catalog of this database, or the expected one. It decides which columns get a value, and which
 * foreign keys and `updated_at` triggers are tested
 * @param watch called with each result as soon as it is known; only for a database with a short round trip
 * @param signal ends the test between two round trips; the transaction is rolled back
 * @throws DatabaseError if the connection fails or a timeout ends a statement. An object that is missing is a failed
 * result, and a test that cannot be set up is a result with a reason.
 */
export async function checkBehaviour(
  session: Session,
  catalog: Catalog,
  watch?: (result: BehaviourResult) => void,
  signal?: AbortSignal,
): Promise<BehaviourReport> {
  const checks = checksFor(catalog);
  const scripts = behaviourScripts(checks, watch === undefined ? checks.length : watchedChecks);
  const results: BehaviourResult[] = [];
  const refusal = refusalOf(session);
  refusal.catch(() => undefined);
  for (const script of scripts) {
    const pending = signal?.aborted === true ? Promise.reject(signal.reason) : session.script(script);
    const answered = await pending.catch(async (error: unknown) => {
      await rollBack(session);
      if ((await refusal) === null) throw error;
      return [];
    });
    const skipped = await refusal;
    if (skipped !== null) return { skipped };
    const known = results.length;
    for (const [place, row] of (answered.at(-1) ?? []).entries()) {
      const { found } = foundRow.parse(row);
      const check = checks[known + place];
      if (check !== undefined) results.push(judged(check, found));
    }
    for (const result of results.slice(known)) watch?.(result);
  }
  return { results };
}

/** Returns why the server accepts no writes; null if it does. */
async function refusalOf(session: Session): Promise<string | null> {
  const [state] = await session.query(
    `select current_setting('transaction_read_only') as read_only, pg_is_in_recovery()::text as standby`,
  );
  const { read_only, standby } = stateRow.parse(state);
  if (standby === 'true') return 'the server is a standby, which accepts no writes';
  return read_only === 'on' ? 'the server is set to read-only transactions' : null;
}

function judged(check: AnyCheck, found: string): BehaviourResult {
  const { name, expected: wanted } = check;
  const result = (ok: boolean) => ({ name, ok, expected: wanted, actual: found });
  if ('impossible' in check) return check.fault ? result(false) : { ...result(true), notTested: found };
  if (found === wanted || check.alsoPasses.includes(found)) return result(true);
  const notTested = check.notTested(found);
  return notTested === null ? result(false) : { ...result(true), notTested };
}

/** Returns how many behaviours are tested for a catalog. */
export function countBehaviours(catalog: Catalog): number {
  return checksFor(catalog).length;
}
