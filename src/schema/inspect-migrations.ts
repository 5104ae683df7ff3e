import { evidenceFor, openOnEmbedded, provenBy } from '../checklist/items.ts';
import type { LedgerRow } from '../database/ledger/ledger-row.ts';
import { pendingMigrations } from '../database/ledger/order.ts';
import { ledgerNotWritten } from '../database/ledger/problems.ts';
import { changesTable } from '../database/ledger/rollout-changes.ts';
import type { Evidence, Item } from '../domain/evidence.ts';
import type { StepId } from '../domain/phase.ts';
import { blocked, type CheckResult, type Finding, missing, satisfied } from '../domain/step.ts';
import type { Target } from '../targets/target.ts';
import type { Context } from '../workspace/context.ts';
import { layout } from '../workspace/layout.ts';
import { workspaceMigrations } from '../workspace/migrations.ts';
import { inspectDatabaseAhead } from './inspect-database-ahead.ts';
import { abandonedIn, lacksChanges, ledgerOf } from './ledger-of.ts';

/** The checklist items that an applied migration proves, by the name of its file. */
export type MigrationItems = Readonly<Record<string, readonly Item[]>>;

/** Checks that the target's database has every migration of the workspace, unchanged and in order. */
export async function inspectMigrations(
  context: Context,
  target: Target<MigrationItems>,
): Promise<CheckResult> {
  const found = await workspaceMigrations(context);
  if ('problem' in found) return blocked(found.problem);
  const ledger = await ledgerOf(target.database);
  const order = pendingMigrations(found.files, ledger, layout.migrations);
  if ('problem' in order) return blocked(order.problem);
  const findings = [
    ...(await leftBehind(target)),
    ...((await lacksChanges(target.database)) ? [noChangesTable] : []),
    ...order.pending.map(notApplied),
  ];
  if (findings.length > 0) return missing(...findings);
  return satisfied(
    `${ledger.length} applied`,
    ledger.flatMap((row) => evidenceOf(row, target)),
    openOnEmbedded(Object.values(target.items).flat(), target.database.target),
  );
}

const noChangesTable: Finding = { what: changesTable, expected: 'a table', actual: 'missing' };

const notApplied = ({ name }: { readonly name: string }): Finding => ({
  what: name,
  expected: 'applied',
  actual: 'not in the ledger',
});

/** What an interrupted rehearsal left on the production server, which the next rollout removes. */
async function leftBehind({ database }: Target): Promise<readonly Finding[]> {
  const name = await abandonedIn(database);
  return name === null
    ? []
    : [
        {
          what: name,
          expected: 'removed after its rehearsal',
          actual: 'exists: the rehearsal was interrupted',
        },
      ];
}

/**
 * Checks the same after the migrations were applied, on a connection that none of them was applied on: what a file left
 * on its own session (a search_path, a temporary table) does not count as stored in the database. The embedded engine
 * has only one session.
 */
export async function readBack(
  context: Context,
  target: Target<MigrationItems>,
  step: StepId,
): Promise<CheckResult> {
  void inspectDatabaseAhead(target, context.signal);
  const result = await inspectMigrations(context, target);
  if (result.state !== 'missing') return result;
  const applied = context.memory
    .applied(step)
    .flatMap(({ subject }) =>
      subject?.kind === 'sql' && subject.database === target.database.target ? [subject] : [],
    );
  const lost = result.findings.find(({ what }) =>
    applied.some(({ operation, migration }) => operation === 'adopt' || migration === what),
  );
  return lost === undefined ? result : blocked(ledgerNotWritten({ name: lost.what }));
}

/** @param at when it was applied; null to leave that out */
export function appliedSummary(name: string, at: string | null): string {
  return `${name} applied${at === null ? '' : ` ${at}`}, no error`;
}

function evidenceOf(row: LedgerRow, { items, database }: Target<MigrationItems>): readonly Evidence[] {
  const facts = { migration: row.name, checksum: row.checksum, appliedAt: row.appliedAt };
  const summary = appliedSummary(row.name, row.appliedAt);
  const evidence = { target: database.target, summary, facts };
  const proven = provenBy(items[row.name] ?? [], database.target);
  return proven.length === 0 ? [evidence] : proven.map((item) => evidenceFor(item, evidence));
}
