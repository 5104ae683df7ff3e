import type { Problem } from '../../domain/problem.ts';
import type { MigrationFile } from '../../domain/sql-change.ts';
import type { LedgerRow } from './ledger-row.ts';
import { appliedFileChanged, appliedFileMissing, outOfOrder, sameNumber } from './problems.ts';

/** Sorts by number, then by name: the order in which migrations are applied. */
export function inOrder<Named extends { readonly name: string }>(files: readonly Named[]): readonly Named[] {
  return [...files].sort((a, b) => numberOf(a.name) - numberOf(b.name) || (a.name < b.name ? -1 : 1));
}

function numberOf(name: string): number {
  return Number.parseInt(name, 10);
}

/**
 * Returns the files that are not applied yet, in order; or a problem if files and ledger do not fit together.
 * @param folder the folder of the files, for the message
 */
export function pendingMigrations(
  files: readonly MigrationFile[],
  ledger: readonly LedgerRow[],
  folder: string,
): { readonly pending: readonly MigrationFile[] } | { readonly problem: Problem } {
  const ordered = inOrder(files);
  const problem = sharedNumber(ordered) ?? againstLedger(ordered, ledger, folder);
  if (problem !== undefined) return { problem };
  const applied = new Set(ledger.map((row) => row.name));
  return { pending: ordered.filter((file) => !applied.has(file.name)) };
}

function sharedNumber(ordered: readonly MigrationFile[]): Problem | undefined {
  for (const [index, file] of ordered.entries()) {
    const next = ordered[index + 1];
    if (next !== undefined && numberOf(file.name) === numberOf(next.name))
      return sameNumber(file.name, next.name);
  }
  return undefined;
}

function againstLedger(
  ordered: readonly MigrationFile[],
  ledger: readonly LedgerRow[],
  folder: string,
): Problem | undefined {
  const applied = inOrder(ledger);
  for (const row of applied) {
    const file = ordered.find((one) => one.name === row.name);
    if (file === undefined) return appliedFileMissing(row, folder);
    if (file.checksum !== row.checksum) return appliedFileChanged(row, file, `${folder}/${row.name}`);
  }
  const last = applied.at(-1);
  if (last === undefined) return undefined;
  const late = ordered.find(
    (file) => numberOf(file.name) < numberOf(last.name) && !applied.some((row) => row.name === file.name),
  );
  return late === undefined ? undefined : outOfOrder(late, last.name);
}
