import { type BehaviourResult, checkBehaviour } from '../../database/behaviour/check-behaviour.ts';
import type { Difference } from '../../database/comparison/difference.ts';
import {
  losesRows,
  type RepairOptions,
  repairScript,
  tablesAtRisk,
} from '../../database/comparison/repair-script.ts';
import { readLedger } from '../../database/ledger/ledger.ts';
import { nameAsLooking } from '../../database/leftovers.ts';
import {
  noLedger,
  notAppliedYet,
  pendingCount,
  schemaNotApplied,
} from '../../database/validation/pending-problems.ts';
import { countRows } from '../../database/validation/row-counts.ts';
import { validateSchema } from '../../database/validation/validate.ts';
import {
  countWords,
  notAsMigrated,
  notComparedWords,
  tableCountWords,
  triedWords,
} from '../../database/validation/words.ts';
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

/** The schema checks alone, against the local database or any other. Never migrates. */
export const validate: Execute = async (parts) => {
  const open = await openWorkspace(parts);
  const recorded = await recordedIn(parts, open.world);
  tellStarted(parts, { ...open, steps: [] }, recorded.unfinished !== null);
  const context = contextOf(parts, open, () => recorded);
  const { production } = context;
  if (production === null) return whileLocked(parts, open.world, () => validateLocal(parts, open, context));
  try {
    return await validateProduction(parts, production, context);
  } finally {
    await open.world.close();
  }
};

/** Production's database; no lock is needed, for nothing is changed. */
async function validateProduction(
  parts: CommandParts,
  { database, stack, server }: Production,
  context: Context,
) {
  if (stack === null) {
    const { name, protection } = await server.address();
    const text = `this is the database ${name}, ${protection}`;
    parts.teller.tell({ type: 'note', level: 'info', text });
    return validateSession(parts, context, await database.session(), parts.typed);
  }
  if ((await database.state()).is !== 'present') throw new ProblemError(nothingThere(stack.host.name));
  const text = `this is the database on ${stack.host.name}`;
  parts.teller.tell({ type: 'note', level: 'info', text });
  const session = await database.session();
  await nameAsLooking(session);
  return validateSession(parts, context, session, 'erp-deploy validate');
}

async function validateLocal(parts: CommandParts, { world }: OpenWorkspace, context: Context) {
  const { database, stack } = context.local;
  const state = await database.state();
  if (state.is !== 'present') throw new ProblemError(nothingHere(world.root));
  const chosen =
    stack === null ? 'the embedded database of the workspace' : 'the database in the local container';
  const text = `no target was given: this is ${chosen}`;
  parts.teller.tell({ type: 'note', level: 'info', text });
  return validateSession(parts, context, await database.session(), 'erp-deploy validate');
}

/** @param files what the database should be made of; the workspace's migrations where left out */
export async function validateSession(
  parts: CommandParts,
  context: Context,
  session: Session,
  again: string,
  files?: readonly MigrationFile[],
) {
  const { teller, flags, signal } = parts;
  signal.throwIfAborted();
  const target =
    files === undefined ? await targetOf(parts, context, session) : { ...nothingPending, applied: files };
  const expected = await context.catalogs.after(target.applied);
  signal.throwIfAborted();
  const report = await validateSchema(session, expected, await contractOf(context), flags.strict);
  const say = (text: string) => teller.tell({ type: 'note', level: 'info', text });
  if (majorOf(report.serverVersion) !== majorOf(report.expectedVersion)) {
    say(
      `the server is PostgreSQL ${report.serverVersion}; what it should look like was worked out with ${report.expectedVersion}`,
    );
  }
  const options = await repairOptions(parts, session, report.differences);
  for (const one of [...report.differences, ...report.notes]) {
    const { kind, name, aspect, wanted, found } = one;
    const severity = report.notes.includes(one) ? 'note' : 'difference';
    const repair = repairScript([one], options);
    teller.tell({ type: 'difference', severity, kind, name, aspect, wanted, found, repair });
  }
  const left = notComparedWords(report.notCompared);
  if (left !== null) say(left);
  const near = context.production === null;
  const failed = flags.behaviour ? await tryBehaviour(parts, session, report.live, near) : [];
  say(`${tableCountWords(report.counts)}; ${countWords(report.counts)}`);
  if (flags.repairSql && !flags.json) {
    for (const statement of repairScript(report.differences, options))
      parts.terminal.stdout.write(`${statement};\n`);
  }
  const pending = target.pending.map(({ name }) => name);
  if (pending.length > 0) say(`not applied yet: ${pending.join(', ')}; to apply: erp-deploy run`);
  const found = [
    ...(report.differences.length === 0 && failed.length === 0
      ? []
      : [notAsMigrated(report.differences, failed, again)]),
    ...(target.problem === null ? [] : [target.problem]),
  ];
  if (found.length === 0 && !target.hasLedger) found.push(noLedger());
  if (found.length === 0 && flags.strict && pending.length > 0) found.push(notAppliedYet(pending));
  for (const problem of found) teller.problem(problem);
  if (found[0] !== undefined) return found[0].exit;
  say(
    pending.length === 0
      ? 'The database is what its migrations say.'
      : `The database is what its applied migrations say; ${pendingCount(pending.length)}.`,
  );
  return exitCodes.done;
}

/** What a database is compared with, and what its ledger says besides. */
type Target = LedgerState & { readonly hasLedger: boolean };

const nothingPending = { pending: [], problem: null, hasLedger: true } as const;

/**
 * What the database is compared with: the files that its ledger has, so that a pending one is no difference. Without a
 * ledger it is unknown what was applied, and all files count.
 * @throws ProblemError if a migration of erp-deploy's own is pending
 */
async function targetOf({ teller }: CommandParts, context: Context, session: Session): Promise<Target> {
  const files = await soundMigrations(context);
  const ledger = await readLedger(session).catch((error: unknown) => {
    if (error instanceof DatabaseError && error.fault.code === '42501') return 'unreadable' as const;
    throw error;
  });
  if (ledger === 'unreadable') {
    const text = 'this role may not read the ledger erp_deploy.migrations: every file counts as applied';
    teller.tell({ type: 'note', level: 'warning', text });
    return { ...nothingPending, applied: files };
  }
  if (ledger === null) return { ...nothingPending, applied: files, hasLedger: false };
  const state = await ledgerState(files, ledger);
  const lacking = ourPending(state).map(({ name }) => name);
  if (lacking.length > 0) throw new ProblemError(schemaNotApplied(lacking));
  return { ...state, hasLedger: true };
}

/** Counts the rows that repairs can lose, if repairs are printed. */
async function repairOptions(
  { flags, teller }: CommandParts,
  session: Session,
  differences: readonly Difference[],
): Promise<RepairOptions> {
  const { includeDestructive } = flags;
  const withheld = includeDestructive ? [] : differences.filter(losesRows);
  if (withheld.length === 0 || !(flags.repairSql || flags.json)) return { includeDestructive };
  const changes = withheld.length === 1 ? '1 change' : `${withheld.length} changes`;
  const text = `${changes} of the repair SQL can lose rows: commented out; to include: --include-destructive`;
  teller.tell({ type: 'note', level: 'warning', text });
  const rows = await countRows(session, tablesAtRisk(withheld));
  return { includeDestructive, rowsOf: (table) => rows.get(table) };
}

/** @param near whether round trips are cheap: then it is told, and can be stopped, as it goes on */
async function tryBehaviour(
  { teller, signal }: CommandParts,
  session: Session,
  live: Parameters<typeof checkBehaviour>[1],
  near: boolean,
) {
  const tell = (result: BehaviourResult) => teller.tell({ type: 'behaviour', ...result });
  const behaviour = await checkBehaviour(session, live, near ? tell : undefined, signal);
  if ('skipped' in behaviour) {
    teller.tell({ type: 'note', level: 'info', text: `behaviours were not tried: ${behaviour.skipped}` });
    return [];
  }
  if (!near) behaviour.results.forEach(tell);
  const failed = behaviour.results.filter(({ ok }) => !ok);
  const text = `${triedWords(behaviour.results, 'tried and rolled back')}, ${failed.length} failed`;
  teller.tell({ type: 'note', level: 'info', text });
  return failed;
}

function majorOf(version: string): string {
  return version.split('.')[0] ?? version;
}

function nothingHere(root: string) {
  return {
    code: 'ERP-0531',
    what: 'There is no database to validate.',
    why: `${root} has no local database that runs, and no other was named.`,
    todo: [
      'Make the local one: erp-deploy run --non-interactive',
      'Or name one: erp-deploy validate --database-url postgres://USER@HOST:5432/DATABASE',
    ],
    exit: exitCodes.prerequisite,
  } as const;
}

function nothingThere(host: string) {
  return {
    code: 'ERP-0313',
    what: `There is no database to validate on ${host}.`,
    why: 'Its container does not run there.',
    todo: [
      'Bring it up: erp-deploy run --phase production',
      'Or leave the host out, and validate the local one.',
    ],
    exit: exitCodes.prerequisite,
  } as const;
}
