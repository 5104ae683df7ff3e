import { ProblemError } from '../../domain/problem.ts';
import { DatabaseError, type Session } from '../../domain/session.ts';
import type { MigrationFile, Rehearsal, ScratchDatabase } from '../../domain/sql-change.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { readCatalog } from '../catalog/read-catalog.ts';
import { compareCatalogs } from '../comparison/compare.ts';
import { applyMigration, type HowToWait } from '../ledger/apply.ts';
import type { MayCommit } from '../ledger/transaction.ts';
import { needsLeftOut } from './left-out.ts';
import { rehearsalDiffers, rehearsalFailed, scratchTaken } from './problems.ts';
import { createScratch, dropMarkedRoles, dropScratch, findScratch, markRoles } from './scratch.ts';

/** The parts that a rehearsal needs, besides the session of the production database. */
export interface RehearsalParts extends HowToWait {
  /** Logs in to another database of the same server. */
  beside(database: string): Promise<Session>;
  /** Returns the catalog that these files create. @throws ProblemError if that cannot be computed */
  expected(files: readonly MigrationFile[]): Promise<Catalog>;
  readonly mayCommit: MayCommit;
  readonly onLine: (line: string) => void;
}

/** The roles that the bundled migrations create if the server does not have them. */
const bundledRoles = ['erp_anon', 'erp_api', 'erp_service'];

/** SQLSTATE duplicate_database. */
const duplicate = '42P04';

/**
 * Applies migrations to a scratch database on the production server, compares the result with the expected catalog, and
 * drops the database. Nothing else of the server is changed: roles that a bundled migration creates are dropped as
 * well. A kill leaves the database behind, which the next run recognizes and drops.
 * @throws ProblemError if a file fails, the catalog differs, or the name is in use
 */
export async function rehearse(
  production: Session,
  rehearsal: Rehearsal,
  parts: RehearsalParts,
): Promise<void> {
  const { scratch } = rehearsal;
  await removeLeftover(production, scratch);
  const absent = await absentRoles(production);
  try {
    await createScratch(production, scratch.database);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.fault.code !== duplicate) throw error;
    throw new ProblemError(scratchTaken(scratch, 'it was created in this very moment'), { cause: error });
  }
  try {
    await tryFiles(rehearsal, parts, absent);
  } catch (error) {
    // If the connection is lost, the next run removes what is left, and the first error is the one to report.
    await cleanUp(production, scratch).catch(() => undefined);
    throw error;
  }
  await cleanUp(production, scratch);
}

/**
 * Removes the database or role that a killed rehearsal left behind.
 * @throws ProblemError if the database is not ours, or is in use by another rollout
 */
export async function removeLeftover(production: Session, scratch: ScratchDatabase): Promise<void> {
  const found = await findScratch(production);
  if (found !== null) {
    if (!found.isOurs) throw new ProblemError(scratchTaken(scratch, null));
    const { sessions } = found;
    if (sessions !== null && !scratch.alone) throw new ProblemError(scratchTaken(scratch, sessions));
  }
  await cleanUp(production, scratch);
}

async function cleanUp(production: Session, { database }: ScratchDatabase): Promise<void> {
  await dropScratch(production, database);
  await dropMarkedRoles(production);
}

async function absentRoles(production: Session): Promise<readonly string[]> {
  const rows = await production.query(
    `select w.name from unnest($1::text[]) w(name)
      where not exists (select from pg_catalog.pg_roles r where r.rolname = w.name)`,
    [bundledRoles],
  );
  return rows.map(({ name }) => String(name));
}

async function tryFiles(
  rehearsal: Rehearsal,
  parts: RehearsalParts,
  absent: readonly string[],
): Promise<void> {
  const scratch = await parts.beside(rehearsal.scratch.name);
  try {
    const [row] = await scratch.query('select current_database()::text as name');
    if (row?.name !== rehearsal.scratch.name) throw new Error(`a rehearsal was led to ${String(row?.name)}`);
    const rehearsed = await applyAll(scratch, rehearsal, parts, absent);
    await compare(scratch, rehearsal, rehearsed, parts);
  } finally {
    await scratch.close();
  }
}

/** Returns the files that were applied: all but those that are left out, and those that need one of them. */
async function applyAll(
  scratch: Session,
  rehearsal: Rehearsal,
  parts: RehearsalParts,
  absent: readonly string[],
): Promise<readonly MigrationFile[]> {
  const applied: MigrationFile[] = [];
  const left: MigrationFile[] = [];
  for (const file of rehearsal.files) {
    if (rehearsal.leftOut.some(({ name }) => name === file.name)) {
      left.push(file);
      continue;
    }
    const mayCommit = async () => {
      // Only a bundled file creates roles here: other files that create roles are left out.
      if (applied.length === 0) await markRoles(scratch, absent, rehearsal.scratch.database);
      await parts.mayCommit();
    };
    try {
      await applyMigration(scratch, file, applied.at(-1)?.name ?? null, undefined, mayCommit, parts);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const needed = needsLeftOut(error, left);
      if (needed === null)
        throw new ProblemError(rehearsalFailed(rehearsal, error.problems[0]), { cause: error });
      parts.onLine(`not rehearsed: ${file.name} needs ${needed}, which is left out`);
      left.push(file);
      continue;
    }
    applied.push(file);
    parts.onLine(`rehearsed ${file.name}`);
  }
  return applied;
}

async function compare(
  scratch: Session,
  rehearsal: Rehearsal,
  rehearsed: readonly MigrationFile[],
  { expected, onLine }: RehearsalParts,
): Promise<void> {
  const catalog = await expectedOf(rehearsed, rehearsal, expected);
  if (catalog === null) {
    onLine('the schema of the rehearsal was not compared: the embedded engine needs a file that is left out');
    return;
  }
  const all = await compareCatalogs(catalog, await readCatalog(scratch));
  const differences = all.filter(({ severity }) => severity === 'difference');
  if (differences.length > 0) throw new ProblemError(rehearsalDiffers(rehearsal, differences));
  onLine('the schema of the rehearsal equals the expected one');
}

/** If a file is left out, the embedded engine may be unable to apply a later one. */
async function expectedOf(
  rehearsed: readonly MigrationFile[],
  { leftOut }: Rehearsal,
  expected: RehearsalParts['expected'],
): Promise<Catalog | null> {
  try {
    return await expected(rehearsed);
  } catch (error) {
    if (leftOut.length === 0 || !(error instanceof ProblemError)) throw error;
    return null;
  }
}
