import { containerBoxes } from '../containers/container-boxes.ts';
import type { LedgerRow } from '../database/ledger/ledger-row.ts';
import { pendingMigrations } from '../database/ledger/order.ts';
import { ledgerNotWritten } from '../database/ledger/problems.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { BoxId } from '../domain/phase.ts';
import { blocked, type Look, missing, satisfied } from '../domain/step.ts';
import type { Context } from '../workspace/context.ts';
import { layout } from '../workspace/layout.ts';
import { workspaceMigrations } from '../workspace/migrations.ts';
import { ledgerOf } from './ledger-of.ts';

/** Which boxes a migration proves, by the name of its file. */
export type MigrationBoxes = Readonly<Record<string, readonly BoxId[]>>;

/** Whether the context's database has every migration of the workspace, unchanged and in order. */
export async function lookAtMigrations(context: Context, boxes: MigrationBoxes): Promise<Look> {
  const found = await workspaceMigrations(context);
  if ('problem' in found) return blocked(found.problem);
  const ledger = await ledgerOf(context);
  const order = pendingMigrations(found.files, ledger, layout.migrations);
  if ('problem' in order) return blocked(order.problem);
  if (order.pending.length > 0) {
    return missing(
      ...order.pending.map(({ name }) => ({ what: name, wanted: 'applied', found: 'not in the ledger' })),
    );
  }
  const { target } = context.database;
  return satisfied(
    `${ledger.length} applied`,
    ledger.flatMap((row) => evidenceOf(row, boxes, target)),
    target === 'embedded' ? containerBoxes('2.2#1', '2.2#3') : [],
  );
}

/**
 * The same after the migrations were applied, on a connection that none of them was applied on: what a file left
 * behind on its own session (a search_path, a temporary table) is not taken for what the database keeps. The embedded
 * engine has one session in all, so there the look is on that.
 */
export async function readBack(context: Context, step: '2.2' | '3.3', boxes: MigrationBoxes): Promise<Look> {
  const look = await lookAtMigrations(context, boxes);
  if (look.state !== 'missing') return look;
  const scopes = new Set(context.memory.applied(step).map(({ scope }) => scope));
  const place = `sql:${context.database.target}`;
  const lost = look.findings.find(
    ({ what }) => scopes.has(`${place}:migrate:${what}`) || scopes.has(`${place}:adopt`),
  );
  return lost === undefined ? look : blocked(ledgerNotWritten({ name: lost.what }));
}

/** An applied file also proves the "test locally" of the step that brought it. */
function evidenceOf(row: LedgerRow, boxesOf: MigrationBoxes, target: Evidence['target']): Evidence[] {
  const facts = { checksum: row.checksum, appliedAt: row.appliedAt };
  const told = { target, summary: `${row.name} applied ${row.appliedAt}, no error`, facts };
  const boxes = boxesOf[row.name] ?? [];
  const shown = boxes.filter((box) => target !== 'embedded' || !ofContainer.includes(box));
  return shown.length === 0 ? [told] : shown.map((box) => ({ box, ...told }));
}

/** They name the container that the migration is run in. */
const ofContainer: readonly BoxId[] = ['2.2#1', '2.2#3'];
