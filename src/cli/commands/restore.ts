import { ledgerHead, readLedger } from '../../database/ledger/ledger.ts';
import { pendingMigrations } from '../../database/ledger/order.ts';
import { otherSessions } from '../../database/other-sessions.ts';
import { populatedTables } from '../../database/populated-tables.ts';
import type { Author } from '../../domain/author.ts';
import type { CommandChange } from '../../domain/change.ts';
import { type ExitCode, exitCodes, ProblemError } from '../../domain/problem.ts';
import { summaryOf } from '../../domain/show-change.ts';
import { noDumpPossible } from '../../dumps/dump-change.ts';
import { type KeptDump, keptDumps } from '../../dumps/kept-dumps.ts';
import { type DumpLocation, dumpLocation } from '../../dumps/location.ts';
import { needsForce, noDumpsHere, notRunning } from '../../dumps/problems.ts';
import { type RestorableDump, restorableDump } from '../../dumps/restorable-dump.ts';
import { restoreChange } from '../../dumps/restore-change.ts';
import { applyChange } from '../../engine/executor.ts';
import { Journal } from '../../engine/journal.ts';
import type { Lock } from '../../engine/lock.ts';
import { lastTarget } from '../../targets/production.ts';
import type { Context } from '../../workspace/context.ts';
import { layout } from '../../workspace/layout.ts';
import { soundMigrations } from '../../workspace/migrations.ts';
import { type CommandParts, type Execute, journalPath } from '../wiring/command.ts';
import { executorParts } from '../wiring/executor-parts.ts';
import { authorOf } from '../wiring/operator.ts';
import { underLocks } from '../wiring/under-locks.ts';
import { validateSession } from '../wiring/validate-session.ts';
import { contextOf, openWorkspace, recordedIn, tellStarted } from '../wiring/workspace.ts';
import type { WorkspacePorts } from '../wiring/workspace-ports.ts';

/** Lists the stored dumps of a database; with FILE and `--force`, restores one in one transaction. */
export const restore: Execute = async (parts) => {
  const open = await openWorkspace(parts);
  const { ports } = open;
  const recorded = await recordedIn(parts, ports);
  tellStarted(parts, { ...open, steps: [] }, recorded.unfinished !== null);
  const context = contextOf(parts, open, () => recorded);
  try {
    const location = await dumpLocation(context.config, lastTarget(context));
    if (location === null) throw new ProblemError(noDumpsHere);
    if (parts.flags.argument === undefined) return await list(parts, location);
    return await underLocks(parts, ports, (lock) => restoreDump(parts, context, ports, location, lock));
  } finally {
    await ports.close();
  }
};

const say = ({ reporter }: CommandParts, text: string) =>
  reporter.emit({ type: 'note', level: 'info', text });

async function list(parts: CommandParts, location: DumpLocation): Promise<ExitCode> {
  const kept = await keptDumps(location);
  const where = `${location.folder} on ${location.host.name}`;
  say(
    parts,
    kept.length === 0
      ? `No dump of ${location.name} is stored in ${where}.`
      : `Dumps of ${location.name} in ${where}:`,
  );
  for (const dump of kept) say(parts, nameAndSize(dump));
  return exitCodes.done;
}

const nameAndSize = ({ name, bytes }: KeptDump) => `${name}  ${Math.max(1, Math.round(bytes / 1024))} kB`;

async function restoreDump(
  parts: CommandParts,
  context: Context,
  ports: WorkspacePorts,
  location: DumpLocation,
  lock: Lock,
): Promise<ExitCode> {
  if ((await location.database.state()).is !== 'present') throw new ProblemError(notRunning(location.name));
  const sound = await restorableDump(context, location, parts.flags.argument ?? '');
  const change = await planned(parts, location, sound, await authorOf(parts, ports, null));
  if (!parts.flags.force) throw new ProblemError(needsForce(location.name, sound.schemas));
  const executor = executorParts(parts, ports, null, await journalOf(parts, ports), lock, context);
  parts.signal.throwIfAborted();
  // The signal is not passed on, so that a change that has started is finished.
  const onLine = (line: string) => say(parts, line);
  parts.working.changes += 1;
  try {
    await applyChange(executor, 'restore', change, new AbortController().signal, onLine);
  } finally {
    parts.working.changes -= 1;
  }
  say(parts, `${sound.name} was restored; validating it.`);
  return validated(parts, context, location);
}

/** Reports what would be dropped and restored; changes nothing. */
async function planned(
  parts: CommandParts,
  location: DumpLocation,
  { name, archive, schemas }: RestorableDump,
  author: Author,
): Promise<CommandChange> {
  const session = await location.database.session();
  const rows = await populatedTables(session);
  const head = (await ledgerHead(session)) ?? 'none';
  say(
    parts,
    `${name}: created ${archive.made}, ${archive.tables.length} tables; verified by reading it back.`,
  );
  const contents =
    rows.tables === 0
      ? 'no table contains rows'
      : `${rows.tables} tables contain rows (such as ${rows.example})`;
  say(parts, `${location.name} now: the last migration is ${head}; ${contents}.`);
  const refused = rows.tables === 0 ? null : await noDumpPossible(location, parts.signal);
  if (refused !== null) throw new ProblemError(refused);
  for (const other of await otherSessions(session)) say(parts, `connected now: ${other}`);
  const change = restoreChange(location, name, schemas, rows.tables > 0, author);
  say(parts, `change: ${summaryOf(change)}`);
  return change;
}

/** Validates the restored database against the migrations in its ledger. */
async function validated(parts: CommandParts, context: Context, location: DumpLocation): Promise<ExitCode> {
  const session = await location.database.session();
  const files = await soundMigrations(context);
  const ledger = (await readLedger(session)) ?? [];
  const order = pendingMigrations(files, ledger, layout.migrations);
  if ('problem' in order) throw new ProblemError(order.problem);
  const applied = files.filter((file) => !order.pending.includes(file));
  const exit = await validateSession(parts, context, session, ['erp-deploy', 'validate'], applied);
  const pending = order.pending.map(({ name }) => name);
  if (pending.length > 0) {
    const text = `No longer applied: ${pending.join(', ')}. To apply`;
    parts.reporter.emit({ type: 'note', level: 'info', text, command: ['erp-deploy', 'run'] });
  }
  return exit;
}

function journalOf({ adapters }: CommandParts, { root }: WorkspacePorts): Promise<Journal> {
  return Journal.open(adapters.appendFile(root, journalPath), adapters.clock);
}
