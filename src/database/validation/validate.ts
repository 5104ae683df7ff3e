import type { Catalog } from '../catalog/catalog.ts';
import { compareCatalogs } from '../comparison/compare.ts';
import type { Difference } from '../comparison/difference.ts';
import { type Contract, checkContract } from '../contract.ts';
import { countObjects, type ObjectCounts } from '../counts.ts';

/** The result of validating one database. */
export interface SchemaReport {
  readonly serverVersion: string;
  /** The PostgreSQL version that created the expected catalog; its major version may differ from the server's. */
  readonly expectedVersion: string;
  readonly counts: ObjectCounts;
  /** Differences that fail the validation. */
  readonly differences: readonly Difference[];
  /** Harmless differences. */
  readonly notes: readonly Difference[];
  /** Kind and name of objects in either catalog that are not compared. */
  readonly notCompared: readonly string[];
}

/** Compares the live catalog with the expected one, and with the contract as a minimum. Changes nothing. */
export async function validateSchema(
  live: Catalog,
  expected: Catalog,
  contract: Contract,
  strict: boolean,
): Promise<SchemaReport & { readonly live: Catalog }> {
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

/** Differences by live catalog: several steps of one run compare the same catalogs. */
const cache = new WeakMap<
  Catalog,
  { readonly expected: Catalog; readonly contract: Contract; readonly all: readonly Difference[] }
>();

async function allDifferences(
  expected: Catalog,
  live: Catalog,
  contract: Contract,
): Promise<readonly Difference[]> {
  const before = cache.get(live);
  if (before?.expected === expected && before.contract === contract) return before.all;
  const compared = await compareCatalogs(expected, live);
  // Objects that the migrations create and the database lacks are already among the differences.
  const notCreated = new Set(checkContract(contract, expected).map(({ kind, name }) => `${kind} ${name}`));
  const required = checkContract(contract, live).filter(({ kind, name }) =>
    notCreated.has(`${kind} ${name}`),
  );
  const all = [...compared, ...required];
  cache.set(live, { expected, contract, all });
  return all;
}
