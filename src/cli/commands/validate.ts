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
import { markAsReadOnly } from '../../database/leftovers.ts';
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
import { sameCommand } from '../../domain/command-text.ts';
import { exitCodes, ProblemError } from '../../domain/problem.ts';
import { DatabaseError, type Session } from '../../domain/session.ts';
import type { MigrationFile } from '../../domain/sql-change.ts';
import { type LedgerState, ledgerState, ourPending } from '../../schema/applied-files.ts';
import type { Production } from '../../targets/target.ts';
import type { Context } from '../../workspace/context.ts';
import { contractOf } from '../../workspace/contract.ts';
import { soundMigrations } from '../../workspace/migrations.ts';
import type { CommandParts, Execute } from '../wiring/command.ts';
import {
  contextOf,
  type OpenWorkspace,
  openWorkspace,
  recordedIn,
  tellStarted,
  whileLocked,
} from '../wiring/workspace.ts';

/** Runs only the schema checks, on the local database or on production. Never migrates. */
export const validate: Execute = async (parts) => {
  const open = await openWorkspace(parts);
  const recorded = await recordedIn(parts, open.ports);
  tellStarted(parts, { ...open, steps: [] }, recorded.unfinished !== null);
  const context = contextOf(parts, open, () => recorded);
  const { production } = context;
  if (production === null) return whileLocked(parts, open.ports, () => validateLocal(parts, open, context));
  try {
    return await validateProduction(parts, production, context);
  } finally {
    await open.ports.close();
  }
};

/** Validates production's database. It takes no lock, because it changes nothing. */
async function validateProduction(
  parts: CommandParts,
  { database, stack, server }: Production,
  context: Context,
) {
  if (stack === null) {
    const { name, protection } = await server.address();
    const text = `validating the database ${name}, ${protection}`;
    parts.reporter.emit({ type: 'note', level: 'info', text });
    return validateSession(parts, context, await database.session(), sameCommand());
  }
  if ((await database.state()).is !== 'present')
    throw new ProblemError(noProductionDatabase(stack.host.name));
  const text = `validating the database on ${stack.host.name}`;
  parts.reporter.emit({ type: 'note', level: 'info', text });
  const session = await database.session();
  await markAsReadOnly(session);
  return validateSession(parts, context, session, ['erp-deploy', 'validate']);
}

async function validateLocal(parts: CommandParts, { ports }: OpenWorkspace, context: Context) {
  const { database, stack } = context.local;
  const state = await database.state();
  if (state.is !== 'present') throw new ProblemError(noLocalDatabase(ports.root));
  const chosen =
    stack === null ? 'the embedded database of the workspace' : 'the database in the local container';
  const text = `no target was given; validating ${chosen}`;
  parts.reporter.emit({ type: 'note', level: 'info', text });
  return validateSession(parts, context, await database.session(), ['erp-deploy', 'validate']);
}

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
) {
  const { reporter, flags, signal } = parts;
  signal.throwIfAborted();
  const target =
    files === undefined ? await targetOf(parts, context, session) : { ...nothingPending, applied: files };
  const expected = await context.catalogs.after(target.applied);
  signal.throwIfAborted();
  const report = await validateSchema(
    await catalogNow(session),
    expected,
    await contractOf(context),
    flags.strict,
  );
  const say = (text: string) => reporter.emit({ type: 'note', level: 'info', text });
  if (majorOf(report.serverVersion) !== majorOf(report.expectedVersion)) {
    say(
      `the server is PostgreSQL ${report.serverVersion}; the expected schema was computed with PostgreSQL ${report.expectedVersion}`,
    );
  }
  const options = await repairOptions(parts, session, report.differences);
  for (const one of [...report.differences, ...report.notes]) {
    const { kind, name, aspect, expected: wanted, actual: found } = one;
    const severity = report.notes.includes(one) ? 'note' : 'difference';
    const repair = repairScript([one], options);
    reporter.emit({
      type: 'difference',
      severity,
      kind,
      name,
      aspect,
      expected: wanted,
      actual: found,
      repair,
    });
  }
  const left = notComparedText(report.notCompared);
  if (left !== null) say(left);
  const isLocal = context.production === null;
  const failed = flags.behaviour ? await testBehaviour(parts, session, report.live, isLocal) : [];
  say(`${tableCountText(report.counts)}; ${countsText(report.counts)}`);
  if (flags.repairSql && !flags.json) {
    for (const statement of repairScript(report.differences, options))
      parts.terminal.stdout.write(`${statement};\n`);
  }
  const pending = target.pending.map(({ name }) => name);
  if (pending.length > 0) {
    const text = `not applied yet: ${pending.join(', ')}; to apply`;
    reporter.emit({ type: 'note', level: 'info', text, command: ['erp-deploy', 'run'] });
  }
  const problems = [
    ...(report.differences.length === 0 && failed.length === 0
      ? []
      : [notAsMigrated(report.differences, failed, again)]),
    ...(target.problem === null ? [] : [target.problem]),
  ];
  if (problems.length === 0 && !target.hasLedger) problems.push(noLedger());
  if (problems.length === 0 && flags.strict && pending.length > 0) problems.push(notAppliedYet(pending));
  const excesses = await excessRights(session, context.config.allowedRights ?? []);
  if (excesses.length > 0) problems.push(rightsBeyondBounds(excesses));
  for (const problem of problems) reporter.problem(problem);
  if (problems[0] !== undefined) return problems[0].exit;
  say(
    pending.length === 0
      ? 'The database matches its migrations.'
      : `The database matches its applied migrations; ${pendingCount(pending.length)}.`,
  );
  return exitCodes.done;
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

function noLocalDatabase(root: string) {
  return {
    code: 'ERP-0531',
    what: 'There is no database to validate.',
    why: `No local database of ${root} is running, and no other database was named.`,
    todo: [
      { text: 'Create the local database', command: ['erp-deploy', 'run', '--non-interactive'] },
      {
        text: 'Or name a database',
        command: ['erp-deploy', 'validate', '--database-url', 'postgres://USER@HOST:5432/DATABASE'],
      },
    ],
    exit: exitCodes.prerequisite,
  } as const;
}

function noProductionDatabase(host: string) {
  return {
    code: 'ERP-0313',
    what: `There is no database to validate on ${host}.`,
    why: 'Its container is not running.',
    todo: [
      { text: 'Start it', command: ['erp-deploy', 'run', '--phase', 'production'] },
      { text: 'Or omit the host, to validate the local database.' },
    ],
    exit: exitCodes.prerequisite,
  } as const;
}
