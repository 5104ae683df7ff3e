import { ProblemError } from '../../domain/problem.ts';
import type { MigrationFile } from '../../domain/sql-change.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { compareCatalogs } from '../comparison/compare.ts';

/** Settings of a session by name. */
export type Settings = Readonly<Record<string, string>>;

/** Computes the catalog that files create in a session with these settings. */
type After = (files: readonly MigrationFile[], settings?: Settings) => Promise<Catalog>;

/**
 * Returns a function that returns the expected catalog for a live one. Files may have been applied with settings that
 * the database gives its sessions, such as a time zone. If the expected catalog that is computed with these settings
 * has fewer differences, it is returned.
 */
export const matchingFrom =
  (after: After) =>
  async (files: readonly MigrationFile[], live: Catalog): Promise<Catalog> => {
    const usual = await after(files);
    if (live.settings === undefined) return usual;
    const count = async (expected: Catalog) => (await compareCatalogs(expected, live)).length;
    const differences = await count(usual);
    if (differences === 0) return usual;
    const own = await unlessRejected(after(files, live.settings));
    return own !== null && (await count(own)) < differences ? own : usual;
  };

/** Returns null if the files cannot be applied with these settings, which means that they were applied with others. */
const unlessRejected = (catalog: Promise<Catalog>): Promise<Catalog | null> =>
  catalog.catch((error: unknown) => {
    if (error instanceof ProblemError) return null;
    throw error;
  });
