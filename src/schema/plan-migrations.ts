import { inOrder, pendingMigrations } from '../database/ledger/order.ts';
import { populatedTables } from '../database/populated-tables.ts';
import { type ExactChange, exact, sqlChange } from '../domain/build-change.ts';
import { isReversible, type PlannedChange, subjectOf } from '../domain/change.ts';
import { digestOf } from '../domain/change-digest.ts';
import type { StepId } from '../domain/phase.ts';
import type { Database } from '../domain/ports/database.ts';
import type { Problem } from '../domain/problem.ts';
import { effectOf, summaryOf } from '../domain/show-change.ts';
import type { MigrationFile } from '../domain/sql-change.ts';
import { freeDiskOf } from '../host/free-disk.ts';
import type { Target } from '../targets/target.ts';
import type { Context } from '../workspace/context.ts';
import { layout } from '../workspace/layout.ts';
import { workspaceMigrations } from '../workspace/migrations.ts';
import { adoptableFiles } from './adoptable-files.ts';
import { lacksChanges, ledgerOf } from './ledger-of.ts';
import { onPopulated, type PlannedFile } from './populated-changes.ts';

/**
 * Returns the changes that apply what the target's ledger lacks; they are pending while database or files are missing.
 * @param startedBy the step that starts the database
 */
export async function planMigrations(
  context: Context,
  target: Target,
  startedBy: StepId,
): Promise<readonly PlannedChange[] | Problem> {
  const { database } = target;
  const found = await workspaceMigrations(context);
  if ('problem' in found) return found.problem;
  const present = (await database.state()).is === 'present';
  const ledger = await ledgerOf(database);
  const order = pendingMigrations(found.files, ledger, layout.migrations);
  if ('problem' in order) return order.problem;
  const head = inOrder(ledger).at(-1)?.name ?? null;
  const exact = changesOf(database.target, order.pending, head);
  if (!present || found.awaits !== null)
    return exact.map((planned) => pendingOn(found.awaits ?? startedBy, planned));
  const session = await database.session();
  const [adoptable, rows] = await Promise.all([
    ledger.length === 0 ? adoptableFiles(context, database, found.files) : [],
    populatedTables(session),
  ]);
  if ('code' in adoptable) return adoptable;
  const left = exact.slice(adoptable.length);
  const free = () => freeDiskOf(target, context.signal);
  const migrated =
    rows.tables === 0
      ? left
      : await onPopulated(session, withFiles(left, order.pending.slice(adoptable.length)), rows, free);
  const made = (await lacksChanges(database)) ? [changesTableIn(database.target, head)] : [];
  return adoptable.length === 0
    ? [...made, ...migrated]
    : [adoption(database.target, adoptable), ...migrated];
}

type TargetId = Database['target'];

function changesOf(
  database: TargetId,
  files: readonly MigrationFile[],
  head: string | null,
): readonly ExactChange[] {
  return files.map((file, index) =>
    exact(sqlChange(database, { type: 'migrate', file }, files[index - 1]?.name ?? head)),
  );
}

function changesTableIn(database: TargetId, head: string | null): ExactChange {
  return exact(sqlChange(database, { type: 'record-changes' }, head));
}

function adoption(database: TargetId, files: readonly MigrationFile[]): ExactChange {
  return exact(sqlChange(database, { type: 'adopt', files }, null));
}

function pendingOn(on: string, { change }: ExactChange): PlannedChange {
  return {
    status: 'pending',
    on,
    subject: subjectOf(change),
    digest: digestOf(change),
    summary: summaryOf(change),
    reversible: isReversible(change),
    effect: effectOf(change),
  };
}

function withFiles(changes: readonly ExactChange[], files: readonly MigrationFile[]): readonly PlannedFile[] {
  return changes.flatMap((planned, index) => {
    const file = files[index];
    return file === undefined ? [] : [{ file, planned }];
  });
}
