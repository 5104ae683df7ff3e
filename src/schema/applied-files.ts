import type { LedgerRow } from '../database/ledger/ledger-row.ts';
import { inOrder, pendingMigrations } from '../database/ledger/order.ts';
import { migrationRefused } from '../database/ledger/problems.ts';
import { type Problem, ProblemError } from '../domain/problem.ts';
import { DatabaseError } from '../domain/session.ts';
import type { MigrationFile } from '../domain/sql-change.ts';
import type { Context } from '../workspace/context.ts';
import { bundled, layout } from '../workspace/layout.ts';
import { readMigration, workspaceMigrations } from '../workspace/migrations.ts';
import { ledgerOf } from './ledger-of.ts';

/** The files of a workspace compared with a ledger. */
export interface LedgerState {
  /** The applied files, with the text that was applied, in order. */
  readonly applied: readonly MigrationFile[];
  /** Files that are not applied yet, in order. */
  readonly pending: readonly MigrationFile[];
  /** Why the pending files cannot be applied; null if they can. */
  readonly problem: Problem | null;
}

/** @throws ProblemError if a text in the ledger is not a valid migration */
export async function ledgerState(
  files: readonly MigrationFile[],
  ledger: readonly LedgerRow[],
): Promise<LedgerState> {
  const order = pendingMigrations(files, ledger, layout.migrations);
  const applied = await Promise.all(inOrder(ledger).map((row) => appliedFile(row, files)));
  if (!('problem' in order)) return { applied, pending: order.pending, problem: null };
  const known = new Set(ledger.map(({ name }) => name));
  return { applied, pending: inOrder(files).filter(({ name }) => !known.has(name)), problem: order.problem };
}

async function appliedFile(row: LedgerRow, files: readonly MigrationFile[]): Promise<MigrationFile> {
  const same = files.find(({ name, checksum }) => name === row.name && checksum === row.checksum);
  if (same !== undefined) return same;
  const read = await readMigration(row.name, row.body);
  if ('faults' in read) throw new ProblemError(migrationRefused(read.faults));
  return read;
}

const ours: readonly string[] = [bundled.erp, bundled.agent];
const isOurs = ({ name }: { readonly name: string }) => ours.includes(name);

/** Returns which of erp-deploy's own files are not applied. */
export function ourPending({ pending }: LedgerState): readonly MigrationFile[] {
  return pending.filter(isOurs);
}

/** A database that cannot be reached counts as one without pending files: the checks of its steps report the reason. */
function noRows(error: unknown): readonly LedgerRow[] {
  if (error instanceof ProblemError || error instanceof DatabaseError) return [];
  throw error;
}

/**
 * Returns contexts in which the user's own files that a database has not applied yet do not exist: one for the local
 * database, one for production, each only if there are such files. A database without our ledger, or without one of
 * our files, has none that are pending.
 * @param onlyProduction leaves the local database out
 */
export async function contextsWithoutPending(
  context: Context,
  onlyProduction = false,
): Promise<readonly { readonly context: Context; readonly pending: readonly string[] }[]> {
  const found = await workspaceMigrations(context);
  if ('problem' in found || found.files.every(isOurs)) return [];
  const { local, production } = context;
  const targets = [...(onlyProduction ? [] : [local]), ...(production === null ? [] : [production])];
  const all = await Promise.all(
    targets.map(async ({ database }) => {
      const ledger = await ledgerOf(database).catch(noRows);
      const state = await ledgerState(found.files, ledger);
      if (state.problem !== null || ourPending(state).length > 0) return [];
      const pending = state.pending.map(({ name }) => name);
      return pending.length === 0 ? [] : [{ context: { ...context, hiddenMigrations: pending }, pending }];
    }),
  );
  return all.flat();
}
