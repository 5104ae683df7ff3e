import { ledgerHead, readLedger } from '../../database/ledger/ledger.ts';
import { pendingMigrations } from '../../database/ledger/order.ts';
import { rowsIn } from '../../database/rows.ts';
import type { CommandChange } from '../../domain/change.ts';
import { type ExitCode, exitCodes, ProblemError } from '../../domain/problem.ts';
import { summaryOf } from '../../domain/show-change.ts';
import { dumpChange } from '../../dumps/dump-change.ts';
import { type KeptDump, keptDumps } from '../../dumps/kept-dumps.ts';
import { type DumpLocation, dumpLocation } from '../../dumps/location.ts';
import { noDumpsHere, notRunning, wantsForce } from '../../dumps/problems.ts';
import { restoreChange } from '../../dumps/restore-change.ts';
import { type SoundDump, soundDump } from '../../dumps/sound-dump.ts';
import { applyChange } from '../../engine/executor.ts';
import { Journal } from '../../engine/journal.ts';
import type { Lock } from '../../engine/lock.ts';
import { lastTarget } from '../../targets/production.ts';
import type { Context } from '../../workspace/context.ts';
import { layout } from '../../workspace/layout.ts';
import { soundMigrations } from '../../workspace/migrations.ts';
import { type CommandParts, type Execute, journalPath } from '../wiring/command.ts';
import { executorParts } from '../wiring/executor-parts.ts';
import { holdProduction } from '../wiring/production-lock.ts';
import { contextOf, lockWorkspace, openWorkspace, recordedIn, tellStarted } from '../wiring/workspace.ts';
import type { World } from '../wiring/world.ts';
import { hideFromGit } from './run.ts';
import { validateSession } from './validate.ts';

/** Lists the dumps that are kept of a database; with FILE brings one back, in one transaction, on `--force` alone. */
export const restore: Execute = async (parts) => {
  const open = await openWorkspace(parts);
  const { world } = open;
  const recorded = await recordedIn(parts, world);
  tellStarted(parts, { ...open, steps: [] }, recorded.unfinished !== null);
  const context = contextOf(parts, open, () => recorded);
  try {
    const location = await dumpLocation(context.config, lastTarget(context));
    if (location === null) throw new ProblemError(noDumpsHere);
    if (parts.flags.dump === undefined) return await list(parts, location);
    return await underLocks(parts, world, (lock) => bringBack(parts, context, world, location, lock));
  } finally {
    await world.close();
  }
};

const say = ({ teller }: CommandParts, text: string) => teller.tell({ type: 'note', level: 'info', text });

async function list(parts: CommandParts, location: DumpLocation): Promise<ExitCode> {
  const kept = await keptDumps(location);
  const where = `${location.folder} on ${location.host.name}`;
  say(
    parts,
    kept.length === 0
      ? `No dump of ${location.name} is kept in ${where}.`
      : `Dumps of ${location.name}, in ${where}:`,
  );
  for (const dump of kept) say(parts, dumpWords(dump));
  return exitCodes.done;
}

const dumpWords = ({ name, bytes }: KeptDump) => `${name}  ${Math.max(1, Math.round(bytes / 1024))} kB`;

async function underLocks(
  parts: CommandParts,
  world: World,
  act: (lock: Lock) => Promise<ExitCode>,
): Promise<ExitCode> {
  const lock = await lockWorkspace(parts, world);
  try {
    await hideFromGit(world);
    if (world.production !== null) await holdProduction(parts, world.production);
    return await act(lock);
  } finally {
    // The droplet's goes with the world, which is closed after this.
    await lock.release();
  }
}

async function bringBack(
  parts: CommandParts,
  context: Context,
  world: World,
  location: DumpLocation,
  lock: Lock,
): Promise<ExitCode> {
  if ((await location.database.state()).is !== 'present') throw new ProblemError(notRunning(location.name));
  const sound = await soundDump(context, location, parts.flags.dump ?? '');
  const changes = await planned(parts, location, sound);
  if (!parts.flags.force) throw new ProblemError(wantsForce(location.name, sound.schemas, parts.typed));
  const executor = executorParts(parts, world, null, await journalOf(parts, world), lock);
  for (const change of changes) {
    parts.signal.throwIfAborted();
    // The signal is not handed on: a change that was begun is finished.
    const onLine = (line: string) => say(parts, line);
    await applyChange(executor, 'restore', change, new AbortController().signal, onLine);
  }
  say(parts, `${sound.name} was brought back; now it is validated.`);
  return validated(parts, context, location);
}

/** Tells what would be dropped, and what would come; changes nothing. */
async function planned(
  parts: CommandParts,
  location: DumpLocation,
  { name, archive, schemas }: SoundDump,
): Promise<readonly CommandChange[]> {
  const session = await location.database.session();
  const rows = await rowsIn(session);
  const head = (await ledgerHead(session)) ?? 'none';
  say(parts, `${name}: made ${archive.made}, ${archive.tables.length} tables; read back whole.`);
  const holding =
    rows.tables === 0
      ? 'no table holds rows'
      : `${rows.tables} tables hold rows (${rows.example} among them)`;
  say(parts, `${location.name} as it is now: the last migration is ${head}; ${holding}.`);
  const before =
    rows.tables === 0 ? null : await dumpChange(location, 'before it is replaced', parts.signal, name);
  if (before !== null && 'code' in before) throw new ProblemError(before);
  const all = [...(before === null ? [] : [before.change]), restoreChange(location, name, schemas)].filter(
    (change) => change.kind === 'command',
  );
  for (const change of all) say(parts, `change: ${summaryOf(change)}`);
  return all;
}

/** Held against the migrations that its ledger has now. */
async function validated(parts: CommandParts, context: Context, location: DumpLocation): Promise<ExitCode> {
  const session = await location.database.session();
  const files = await soundMigrations(context);
  const ledger = (await readLedger(session)) ?? [];
  const order = pendingMigrations(files, ledger, layout.migrations);
  if ('problem' in order) throw new ProblemError(order.problem);
  const applied = files.filter((file) => !order.pending.includes(file));
  const exit = await validateSession(parts, context, session, 'erp-deploy validate', applied);
  const toCome = order.pending.map(({ name }) => name);
  if (toCome.length > 0) say(parts, `Not applied any more: ${toCome.join(', ')}. To apply: erp-deploy run`);
  return exit;
}

function journalOf({ adapters }: CommandParts, { root }: World): Promise<Journal> {
  return Journal.open(adapters.appendFile(root, journalPath), adapters.clock);
}
