import type { Session } from '../../domain/session.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { catalogNow } from '../catalog/catalog-now.ts';
import { compareCatalogs } from '../comparison/compare.ts';
import type { Difference } from '../comparison/difference.ts';
import { type Contract, checkContract } from '../contract.ts';
import { countObjects, type ObjectCounts } from '../counts.ts';

/** What the schema checks saw of one database. */
export interface SchemaReport {
  readonly serverVersion: string;
  /** What the expected catalog was made with; another major version than the server's is said. */
  readonly expectedVersion: string;
  readonly counts: ObjectCounts;
  /** What fails the validation. */
  readonly differences: readonly Difference[];
  /** What is there besides, and does no harm. */
  readonly notes: readonly Difference[];
  /** Kind and name of objects on either side of which nothing is compared. */
  readonly notCompared: readonly string[];
}

/** Compares the live catalog with the expected one, and with the contract as a floor. Changes nothing. */
export async function validateSchema(
  session: Session,
  expected: Catalog,
  contract: Contract,
  strict: boolean,
): Promise<SchemaReport & { readonly live: Catalog }> {
  const live = await catalogNow(session);
  const all = await allDifferences(expected, live, contract);
  return {
    serverVersion: live.serverVersion,
    expectedVersion: expected.serverVersion,
    counts: countObjects(live),
    differences: all.filter(({ severity }) => strict || severity === 'difference'),
    notCompared: [...new Set([...(expected.notCompared ?? []), ...(live.notCompared ?? [])])].toSorted(),
    notes: strict ? [] : all.filter(({ severity }) => severity === 'note'),
    live,
  };
}

/** What was found for a live catalog: several steps of one run ask the same of the same. */
const known = new WeakMap<
  Catalog,
  { readonly expected: Catalog; readonly contract: Contract; readonly all: readonly Difference[] }
>();

async function allDifferences(
  expected: Catalog,
  live: Catalog,
  contract: Contract,
): Promise<readonly Difference[]> {
  const before = known.get(live);
  if (before?.expected === expected && before.contract === contract) return before.all;
  const found = await compareCatalogs(expected, live);
  // What the migrations do bring, and the database lacks, is among the differences already.
  const notBrought = new Set(checkContract(contract, expected).map(({ kind, name }) => `${kind} ${name}`));
  const floor = checkContract(contract, live).filter(({ kind, name }) => notBrought.has(`${kind} ${name}`));
  const all = [...found, ...floor];
  known.set(live, { expected, contract, all });
  return all;
}
