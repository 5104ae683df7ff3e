import type { Catalog } from '../database/catalog/catalog.ts';
import { compareCatalogs } from '../database/comparison/compare.ts';
import type { Difference } from '../database/comparison/difference.ts';
import { populatedSchemas } from '../database/comparison/scope.ts';
import { ledgerMissing } from '../database/ledger/problems.ts';
import type { Database } from '../domain/ports/database.ts';
import type { Problem } from '../domain/problem.ts';
import type { MigrationFile } from '../domain/sql-change.ts';
import type { Context } from '../workspace/context.ts';
import { catalogOf } from './catalog-of.ts';

/**
 * Returns the files that were applied to a database without a ledger: the first N files, if the database matches their
 * result. Empty if the database has none of our schemas.
 * @returns a problem if the database has our schemas but matches no N; it shows the differences from the nearest N
 */
export async function adoptableFiles(
  context: Context,
  database: Database,
  files: readonly MigrationFile[],
): Promise<readonly MigrationFile[] | Problem> {
  const live = await catalogOf(database);
  if (![...populatedSchemas(live)].some((schema) => schema === 'erp' || schema === 'agent')) return [];
  const all = populatedSchemas(await context.catalogs.after(files));
  let nearest: { readonly name: string; readonly differences: readonly Difference[] } | undefined;
  for (let count = files.length; count > 0; count--) {
    const upTo = files.slice(0, count);
    const expected = await context.catalogs.matching(upTo, live);
    if (hasLaterSchemas(live, expected, all)) continue;
    const compared = await compareCatalogs(expected, live);
    const differences = compared.filter(({ severity }) => severity === 'difference');
    if (differences.length === 0) return upTo;
    if (nearest === undefined || differences.length < nearest.differences.length) {
      nearest = { name: upTo.at(-1)?.name ?? '', differences };
    }
  }
  return nearest === undefined ? [] : ledgerMissing(nearest.name, nearest.differences);
}

/**
 * Whether the database has objects in a schema that only a later file populates. The comparison does not cover such a
 * schema, so it is checked here.
 */
function hasLaterSchemas(live: Catalog, expected: Catalog, all: ReadonlySet<string>): boolean {
  const [actual, compared] = [populatedSchemas(live), populatedSchemas(expected)];
  return [...all].some((schema) => actual.has(schema) && !compared.has(schema));
}
