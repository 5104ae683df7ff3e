import { type BehaviourResult, checkBehaviour } from '../../database/behaviour/check-behaviour.ts';
import { catalogNow } from '../../database/catalog/catalog-now.ts';
import type { Difference } from '../../database/comparison/difference.ts';
import {
  losesRows,
  type RepairOptions,
  repairScript,
  tablesAtRisk,
} from '../../database/comparison/repair-script.ts';
import { readLedger } from '../../database/ledger/ledger.ts';
import { rightsBeyondBounds } from '../../database/ledger/rights-problems.ts';
import { excessRights } from '../../database/role-bounds.ts';
import {
  noLedger,
  notAppliedYet,
  pendingCount,
  schemaNotApplied,
} from '../../database/validation/pending-problems.ts';
import { countRows } from '../../database/validation/row-counts.ts';
import {
  countsText,
  notAsMigrated,
  notComparedText,
  tableCountText,
  testedText,
} from '../../database/validation/text.ts';
import { validateSchema } from '../../database/validation/validate.ts';
import { type ExitCode, exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import { DatabaseError, type Session } from '../../domain/session.ts';
import type { MigrationFile } from '../../domain/sql-change.ts';
import { type LedgerState, ledgerState, ourPending } from '../../schema/applied-files.ts';
import type { Context } from '../../workspace/context.ts';
import { contractOf } from '../../workspace/contract.ts';
import { soundMigrations } from '../../workspace/migrations.ts';
import type { CommandParts } from './command.ts';

/**
 * Validates a database, and reports the differences and the behaviour tests.
 * @param again the command that repeats this validation
 * @param files the migrations that count as applied; default: those in the database's ledger
 */
export async function validateSession(
  parts: CommandParts,
  context: Context,
  session: Session,
  again: readonly string[],
  files?: readonly MigrationFile[],
): Promise<ExitCode> {
  const { reporter, flags, signal } = parts;
  signal.throwIfAborted();
  const target =
    files === undefined ? await targetOf(parts, context, session) : { ...nothingPending, applied: files };
  // Before the connection is used: the first computation takes seconds.
  await context.catalogs.after(target.applied);
  signal.throwIfAborted();
  const live = await catalogNow(session);
  const expected = await context.catalogs.matching(target.applied, live);
  const report = await validateSchema(live, expected, await contractOf(context), flags.strict);
  const options = await repairOptions(parts, session, report.differences);
  reportComparison(reporter, report, options);
  const say = (text: string) => reporter.emit({ type: 'note', level: 'info', text });
  const isLocal = context.production === null;
  const failed = flags.behaviour ? await testBehaviour(parts, session, report.live, isLocal) : [];
  say(`${tableCountText(report.counts)}; ${countsText(report.counts)}`);
  if (flags.repairSql && !flags.json) {
    for (const statement of repairScript(report.differences, options))
      parts.terminal.stdout.write(`${statement};\n`);
  }
  const pending = target.pending.map(({ name }) => name);
  if (pending.length > 0) reportPending(reporter, pending);
  const different =
    report.differences.length === 0 && failed.length === 0
      ? []
      : [notAsMigrated(report.differences, failed, again)];
  const excesses = await excessRights(session, context.config.allowedRights ?? []);
  const problems = [
    ...problemsWith(target, different, flags.strict),
    ...(excesses.length === 0 ? [] : [rightsBeyondBounds(excesses)]),
  ];
  for (const problem of problems) reporter.problem(problem);
  if (problems[0] !== undefined) return problems[0].exit;
  say(
    pending.length === 0
      ? 'The database matches its migrations.'
      : `The database matches its applied migrations; ${pendingCount(pending.length)}.`,
  );
  return exitCodes.done;
}

function reportPending(reporter: CommandParts['reporter'], names: readonly string[]): void {
  const text = `not applied yet: ${names.join(', ')}; to apply`;
  reporter.emit({ type: 'note', level: 'info', text, command: ['erp-deploy', 'run'] });
}

/** Reports the versions if they differ, each difference with its repair, and what is not compared. */
function reportComparison(
  reporter: CommandParts['reporter'],
  {
    serverVersion,
    expectedVersion,
    differences,
    notes,
    notCompared,
  }: Awaited<ReturnType<typeof validateSchema>>,
  options: RepairOptions,
): void {
  const say = (text: string) => reporter.emit({ type: 'note', level: 'info', text });
  if (majorOf(serverVersion) !== majorOf(expectedVersion)) {
    say(
      `the server is PostgreSQL ${serverVersion}; the expected schema was computed with PostgreSQL ${expectedVersion}`,
    );
  }
  for (const one of [...differences, ...notes]) {
    const { kind, name, aspect, expected, actual } = one;
    const severity = notes.includes(one) ? 'note' : 'difference';
    const repair = repairScript([one], options);
    reporter.emit({ type: 'difference', severity, kind, name, aspect, expected, actual, repair });
  }
  const left = notComparedText(notCompared);
  if (left !== null) say(left);
}

/** Adds the problems of the ledger. A missing ledger, or files that are not applied yet, matter only without others. */
function problemsWith(
  { problem, hasLedger, pending }: Comparison,
  different: readonly Problem[],
  isStrict: boolean,
): readonly Problem[] {
  const problems = [...different, ...(problem === null ? [] : [problem])];
  if (problems.length > 0) return problems;
  if (!hasLedger) return [noLedger()];
  return isStrict && pending.length > 0 ? [notAppliedYet(pending.map(({ name }) => name))] : [];
}

/** The migrations that a database is compared with, and the state of its ledger. */
type Comparison = LedgerState & { readonly hasLedger: boolean };

const nothingPending = { pending: [], problem: null, hasLedger: true } as const;

/**
 * Returns the migrations to compare with: those in the ledger, so that a pending one is not reported as a difference.
 * Without a ledger, all migrations count as applied.
 * @throws ProblemError if a migration of erp-deploy's own is pending
 */
async function targetOf({ reporter }: CommandParts, context: Context, session: Session): Promise<Comparison> {
  const files = await soundMigrations(context);
  const ledger = await readLedger(session).catch((error: unknown) => {
    if (error instanceof DatabaseError && error.fault.code === '42501') return 'unreadable' as const;
    throw error;
  });
  if (ledger === 'unreadable') {
    const text =
      'this role cannot read the ledger erp_deploy.migrations, so every migration counts as applied';
    reporter.emit({ type: 'note', level: 'warning', text });
    return { ...nothingPending, applied: files };
  }
  if (ledger === null) return { ...nothingPending, applied: files, hasLedger: false };
  const state = await ledgerState(files, ledger);
  const missing = ourPending(state).map(({ name }) => name);
  if (missing.length > 0) throw new ProblemError(schemaNotApplied(missing));
  return { ...state, hasLedger: true };
}

/** Returns the options of the repair SQL; counts the rows that it could lose, if it is printed. */
async function repairOptions(
  { flags, reporter }: CommandParts,
  session: Session,
  differences: readonly Difference[],
): Promise<RepairOptions> {
  const { includeDestructive } = flags;
  const withheld = includeDestructive ? [] : differences.filter(losesRows);
  if (withheld.length === 0 || !(flags.repairSql || flags.json)) return { includeDestructive };
  const changes = withheld.length === 1 ? '1 change' : `${withheld.length} changes`;
  const text = `${changes} of the repair SQL can lose rows and ${withheld.length === 1 ? 'is' : 'are'} commented out; to include: --include-destructive`;
  reporter.emit({ type: 'note', level: 'warning', text });
  const rows = await countRows(session, tablesAtRisk(withheld));
  return { includeDestructive, rowsOf: (table) => rows.get(table) };
}

/**
 * Tests the behaviour of the schema, and reports the results.
 * @param isLocal whether round trips are cheap; then each result is reported at once, and the tests can be interrupted
 * @returns the results that failed
 */
async function testBehaviour(
  { reporter, signal }: CommandParts,
  session: Session,
  live: Parameters<typeof checkBehaviour>[1],
  isLocal: boolean,
) {
  const report = (result: BehaviourResult) => reporter.emit({ type: 'behaviour', ...result });
  const behaviour = await checkBehaviour(session, live, isLocal ? report : undefined, signal);
  if ('skipped' in behaviour) {
    reporter.emit({
      type: 'note',
      level: 'info',
      text: `the behaviour tests were skipped: ${behaviour.skipped}`,
    });
    return [];
  }
  if (!isLocal) behaviour.results.forEach(report);
  const failed = behaviour.results.filter(({ ok }) => !ok);
  const text = `${testedText(behaviour.results)}, ${failed.length} failed`;
  reporter.emit({ type: 'note', level: 'info', text });
  return failed;
}

function majorOf(version: string): string {
  return version.split('.')[0] ?? version;
}
