import { holdsDatabase } from '../containers/env.ts';
import { ledgerHead } from '../database/ledger/ledger.ts';
import { leftoversIn } from '../database/leftovers.ts';
import { exact, sqlChange } from '../domain/build-change.ts';
import type { PlannedChange } from '../domain/change.ts';
import { consentsOf } from '../domain/confirmation.ts';
import type { StepId } from '../domain/phase.ts';
import type { Problem } from '../domain/problem.ts';
import type { Step } from '../domain/step.ts';
import { dumpChange, pendingDump } from '../dumps/dump-change.ts';
import { dumpLocation } from '../dumps/location.ts';
import { inspectMigrations, type MigrationItems, readBack } from '../schema/inspect-migrations.ts';
import { planMigrations } from '../schema/plan-migrations.ts';
import { withRehearsal } from '../schema/plan-rehearsal.ts';
import type { Context } from '../workspace/context.ts';
import type { Target } from './target.ts';
import { declared, type TargetStep } from './target-step.ts';

interface MigrateStep extends TargetStep<MigrationItems> {
  /** The step that starts the target's database. */
  readonly startedBy: StepId;
  /**
   * Whether others use the database: sessions that an earlier rollout left are ended first, the user's own migrations
   * are rehearsed if their local test ran on another major version, and a database that contains rows is dumped before
   * the first migration.
   */
  readonly guardsRows?: true;
}

/** Makes the step that applies the workspace's migrations to a target's database, each file in one transaction. */
export function migrate({ startedBy, guardsRows, ...own }: MigrateStep): Step<Context> {
  const { step, targetIn } = declared(own);
  const changes = async (context: Context) => {
    const target = targetIn(context);
    const [planned, ended] = await Promise.all([
      planMigrations(context, target, startedBy),
      guardsRows === undefined ? [] : sessionsToEnd(target),
    ]);
    if ('code' in planned || guardsRows === undefined) return planned;
    const dumped = await withDump(context, target, planned, startedBy);
    if ('code' in dumped) return dumped;
    const rehearsed = await withRehearsal(context, target, dumped, step.id, startedBy);
    return 'code' in rehearsed ? rehearsed : [...ended, ...rehearsed];
  };
  return {
    ...step,
    check: (context) => inspectMigrations(context, targetIn(context)),
    verify: (context) => readBack(context, targetIn(context), step.id),
    preview: changes,
    foresee: changes,
  };
}

/** Ends sessions only in our own container, whose host is locked: on other servers, another rollout may be running. */
async function sessionsToEnd({ database, stack }: Target): Promise<readonly PlannedChange[]> {
  if (stack === null || (await database.state()).is !== 'present') return [];
  const session = await database.session();
  const leftovers = await leftoversIn(session);
  const head = leftovers.length === 0 ? null : await ledgerHead(session);
  return leftovers.map((leftover) =>
    exact(sqlChange(database.target, { type: 'end-session', leftover }, head)),
  );
}

/** Puts a dump before the first migration of a database that contains rows. */
async function withDump(
  context: Context,
  target: Target,
  planned: readonly PlannedChange[],
  startedBy: StepId,
): Promise<readonly PlannedChange[] | Problem> {
  const populated = planned.some(
    (one) => one.status === 'exact' && consentsOf(one).some(({ flag }) => flag === '--allow-populated'),
  );
  // Whether a stopped database contains rows is unknown: the approval has to include the dump.
  const unknown = planned.some(({ status }) => status === 'pending');
  const { server, files, name } = target;
  const may = populated || (unknown && server === null && (await holdsDatabase(files)));
  if (!may) return planned;
  const location = await dumpLocation(context.config, target);
  if (location === null) throw new Error(`the target "${name}" has no location for its dumps`);
  const when = 'before its migration';
  const dump = populated
    ? await dumpChange(location, when, context.signal)
    : await pendingDump(location, when, context.signal, startedBy);
  return 'code' in dump ? dump : [dump, ...planned];
}
