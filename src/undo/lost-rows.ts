import { dumpFolder } from '../argv/dump.ts';
import type { Catalog } from '../database/catalog/catalog.ts';
import { catalogNow } from '../database/catalog/catalog-now.ts';
import { compareCatalogs } from '../database/comparison/compare.ts';
import { exact, sqlChange } from '../domain/build-change.ts';
import type { Consent, PlannedChange } from '../domain/change.ts';
import { ProblemError } from '../domain/problem.ts';
import type { Session } from '../domain/session.ts';
import type { SchemasToDrop, TableContent } from '../domain/sql-change.ts';
import { dumpChange } from '../dumps/dump-change.ts';
import { dumpLocation } from '../dumps/location.ts';
import type { Target } from '../targets/target.ts';
import type { Context } from '../workspace/context.ts';

/** Returns the approval that dropping schemas needs: rows, or objects that no migration created; null if none. */
export async function consentToLose(
  session: Session,
  expected: Catalog,
  { names, contents }: SchemasToDrop,
): Promise<Consent | null> {
  const tables = contents.map(({ table, rows }) => `${table} (${rows} rows)`);
  const lost = [...tables, ...(await extraIn(session, expected, names))];
  if (lost.length === 0) return null;
  const more = lost.length > 3 ? ` and ${lost.length - 3} more` : '';
  const why = `${lost.slice(0, 3).join(', ')}${more} would be dropped with the schemas; a dump is made and read back first.`;
  return { flag: '--force', why };
}

/** Returns the objects in the schemas that no migration created: they would be lost too. */
async function extraIn(
  session: Session,
  expected: Catalog,
  schemas: readonly string[],
): Promise<readonly string[]> {
  const differences = await compareCatalogs(expected, await catalogNow(session), { strict: true });
  return differences
    .filter(({ aspect, schema }) => aspect === 'extra' && schema !== null && schemas.includes(schema))
    .map(({ kind, name }) => `${kind} ${name}`);
}

/**
 * Returns the change that dumps the database as it is now.
 * @throws ProblemError if no dump can be made
 */
export async function presentState(
  context: Context,
  target: Target,
  contents: readonly TableContent[],
  head: string | null,
): Promise<PlannedChange> {
  const location = await dumpLocation(context.config, target);
  if (location !== null) {
    const dump = await dumpChange(location, 'before its migrations are undone', context.signal);
    if ('code' in dump) throw new ProblemError(dump);
    return dump;
  }
  // Named by its content, so that a rollback that was killed and restarted overwrites its own dump.
  const rows = contents.reduce((sum, one) => sum + one.rows, 0);
  const path = `${dumpFolder}/embedded-${rows}-rows-${contents[0]?.digest.slice(0, 8) ?? 'empty'}.tar.gz`;
  const operation = { type: 'dump', path } as const;
  return exact(sqlChange(target.database.target, operation, head));
}
