import { readLog, timeOfChecks } from '../containers/watch-log.ts';
import type { Target } from '../targets/target.ts';
import { catalogOf } from './catalog-of.ts';
import { ledgerOf } from './ledger-of.ts';
import { versionOf } from './server-facts.ts';

/**
 * Asks a distant database, in one round trip, what its steps will inspect one after another. Each of them gets the answer
 * that is kept, or asks again if it was an error.
 */
export async function inspectDatabaseAhead(target: Target, signal: AbortSignal): Promise<void> {
  const { database } = target;
  if (database.inspect === undefined) return;
  await Promise.allSettled([
    versionOf(database),
    ledgerOf(database),
    catalogOf(database),
    timeOfChecks(target).then((since) => readLog(target, since, signal, true)),
  ]);
}
