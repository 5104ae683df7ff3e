import type { Catalog } from '../database/catalog/catalog.ts';
import { readCatalog } from '../database/catalog/read-catalog.ts';
import { compareCatalogs } from '../database/comparison/compare.ts';
import type { Difference } from '../database/comparison/difference.ts';
import { populatedSchemas } from '../database/comparison/scope.ts';
import { ledgerMissing } from '../database/ledger/problems.ts';
import type { Problem } from '../domain/problem.ts';
import type { Session } from '../domain/session.ts';
import type { MigrationFile } from '../domain/sql-change.ts';
import type { Context } from '../workspace/context.ts';

/**
 * Of a database that has no ledger, the files that were applied to it: those up to some N whose catalog it
 * equals. None where nothing of ours is in it.
 * @returns the problem where it holds our schemas and equals none, with how it differs from the nearest
 */
export async function adoptableFiles(
  context: Context,
  session: Session,
  files: readonly MigrationFile[],
): Promise<readonly MigrationFile[] | Problem> {
  const live = await readCatalog(session);
  if (![...populatedSchemas(live)].some((schema) => schema === 'erp' || schema === 'agent')) return [];
  const all = populatedSchemas(await context.catalogs.after(files));
  let nearest: { readonly name: string; readonly differences: readonly Difference[] } | undefined;
  for (let count = files.length; count > 0; count--) {
    const upTo = files.slice(0, count);
    const expected = await context.catalogs.after(upTo);
    if (holdsMore(live, expected, all)) continue;
    const found = await compareCatalogs(expected, live);
    const differences = found.filter(({ severity }) => severity === 'difference');
    if (differences.length === 0) return upTo;
    if (nearest === undefined || differences.length < nearest.differences.length) {
      nearest = { name: upTo.at(-1)?.name ?? '', differences };
    }
  }
  return nearest === undefined ? [] : ledgerMissing(nearest.name, nearest.differences);
}

/** Whether something lies in a schema that only a later file would fill: the comparison does not look there. */
function holdsMore(live: Catalog, expected: Catalog, all: ReadonlySet<string>): boolean {
  const [filled, wanted] = [populatedSchemas(live), populatedSchemas(expected)];
  return [...all].some((schema) => filled.has(schema) && !wanted.has(schema));
}
