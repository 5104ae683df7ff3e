import type { Catalog } from '../database/catalog/catalog.ts';
import { catalogNow } from '../database/catalog/catalog-now.ts';
import { readCatalog } from '../database/catalog/read-catalog.ts';
import { compareCatalogs } from '../database/comparison/compare.ts';
import type { Session } from '../domain/session.ts';
import type { Context } from '../workspace/context.ts';
import { type Applied, schemasOf } from './migrated.ts';

/**
 * Returns what compares the database with its remaining migrations, in the transaction that undoes the others.
 * Differences that the database has already are not reported: they are not of the rollback.
 */
export async function verifyUndone(
  context: Context,
  { session, ledger, mine }: Applied,
): Promise<(session: Session) => Promise<readonly string[]>> {
  const all = (await schemasOf(context, ledger)).expected;
  const remaining = (await schemasOf(context, ledger.slice(0, -mine.length))).expected;
  const known = await differences(all, await catalogNow(session));
  return async (undoing) =>
    (await differences(remaining, await readCatalog(undoing))).filter((one) => !known.includes(one));
}

async function differences(expected: Catalog, live: Catalog): Promise<readonly string[]> {
  const found = await compareCatalogs(expected, live);
  return found
    .filter(({ severity }) => severity === 'difference')
    .map(({ kind, name, aspect, expected: wanted, actual }) =>
      aspect === 'missing' || aspect === 'extra'
        ? `${kind} ${name}: ${aspect}`
        : `${kind} ${name}: ${aspect} is ${actual ?? 'none'}, expected ${wanted ?? 'none'}`,
    );
}
