import { sameCommand } from '../../domain/command-text.ts';
import type { Undoable } from '../../domain/done.ts';
import type { JournalRecord } from '../../domain/journal-record.ts';
import { type ExitCode, exitCodes, ProblemError } from '../../domain/problem.ts';
import { Journal } from '../../engine/journal.ts';
import type { Lock } from '../../engine/lock.ts';
import { runRollout } from '../../engine/rollout.ts';
import { rolloutsIn } from '../../engine/rollout-records.ts';
import { foldersSince, undoableSince } from '../../engine/undoable.ts';
import { steps as allSteps } from '../../tasks/steps.ts';
import type { RestorePlan } from '../../undo/restore-plan.ts';
import { stepsThatStay } from '../../undo/undo-obstacle.ts';
import { undoSteps } from '../../undo/undo-steps.ts';
import { isApproved, needsAnswer } from '../wiring/approvals.ts';
import { type CommandParts, type Execute, journalPath } from '../wiring/command.ts';
import { executorParts } from '../wiring/executor-parts.ts';
import { openLog } from '../wiring/open-log.ts';
import { authorOf } from '../wiring/operator.ts';
import { productionAddress } from '../wiring/production-address.ts';
import { lockProduction } from '../wiring/production-lock.ts';
import { planRestore } from '../wiring/restore-plan.ts';
import { assertSameProduction, nothingRan, unknownRollout } from '../wiring/rollback-problems.ts';
import { itemsLeftIn } from '../wiring/step-records.ts';
import { canAsk } from '../wiring/terminal.ts';
import {
  contextOf,
  lockWorkspace,
  type OpenWorkspace,
  openWorkspace,
  recordedIn,
  tellStarted,
} from '../wiring/workspace.ts';

/**
 * Returns to the state before a rollout, by default the last one: undoes it and the later ones, newest step first. Each
 * step is shown before it is undone, and verified afterwards.
 */
export const rollback: Execute = async (parts) => {
  const { flags, terminal, reporter } = parts;
  if (!canAsk(flags, terminal) && !flags.nonInteractive && !flags.json) {
    const show = { text: 'To see what each rollout did', command: ['erp-deploy', 'history'] };
    throw new ProblemError(needsAnswer(parts, show));
  }
  const open = await openWorkspace(parts);
  const { root } = open.ports;
  toUndo((await recordedIn(parts, open.ports)).records, flags.argument, root);
  const lock = await lockWorkspace(parts, open.ports);
  try {
    const file = parts.adapters.appendFile(root, journalPath);
    const journal = await Journal.open(file, parts.adapters.clock);
    // Read again under the lock, because another rollout may have ended meanwhile.
    const { records } = journal.recorded;
    const since = toUndo(records, flags.argument, root);
    if (!flags.allowCopiedJournal) {
      assertWrittenHere(foldersSince(records, since.rollout), await file.folderId());
    }
    if (!since.isUndone) return await undo(parts, open, journal, lock, since);
    const text = `Rollout ${since.rollout}, of ${since.at}, is undone already.`;
    const earlier = rolloutsIn(records).findLast(({ undone }) => undone !== 'whole')?.rollout;
    const also = {
      text: `${text} To undo the one before it`,
      command: ['erp-deploy', 'rollback', earlier ?? ''],
    };
    reporter.emit({ type: 'note', level: 'info', ...(earlier === undefined ? { text } : also) });
    return exitCodes.done;
  } finally {
    await open.ports.close();
    await lock.release();
  }
};

/** @throws ProblemError if there is no such rollout */
function toUndo(records: readonly JournalRecord[], name: string | undefined, root: string): Undoable {
  const rollouts = rolloutsIn(records).map(({ rollout }) => rollout);
  if (name !== undefined && !rollouts.includes(name)) throw new ProblemError(unknownRollout(name, rollouts));
  const found = undoableSince(records, name);
  if (found === null) throw new ProblemError(nothingRan(root));
  return found;
}

async function undo(
  parts: CommandParts,
  open: OpenWorkspace,
  journal: Journal,
  lock: Lock,
  since: Undoable,
): Promise<ExitCode> {
  const { adapters, flags, terminal, reporter, signal } = parts;
  let restore: RestorePlan | null = null;
  const all = undoSteps(since, allSteps, () => restore);
  const steps = all.filter(({ id }) => open.steps.some((one) => one.id === id));
  const undoing = steps.filter(({ id }) => !open.skip.has(id));
  const production = await productionAddress(open);
  const done = since.steps.filter(({ step }) => undoing.some(({ id }) => id === step));
  assertSameProduction(done, production);
  const chosen = { ...open, steps };
  openLog(parts, open.ports);
  tellStarted(parts, chosen, false);
  await lockProduction(parts, chosen);
  const context = contextOf(parts, chosen, () => journal.recorded);
  const executor = executorParts(parts, open.ports, open.cloudflare, journal, lock, context);
  const stays = await stepsThatStay(context, since, undoing, production);
  const author = await authorOf(parts, open.ports, since.rollout);
  restore = await planRestore(parts, context, executor, author, done);
  const self = await adapters.processTable().self();
  const exit = await runRollout({
    steps,
    allSteps: all,
    skip: new Map([...open.skip, ...stays]),
    skippedByFlag: new Set(flags.skip),
    context,
    executor,
    reporter,
    signal,
    rollout: since.rollout,
    undoes: { ...since, whole: undoing.length === all.length && stays.size === 0 },
    program: parts.version,
    by: `${self.user}@${self.host}`,
    commit: null,
    engine: open.choice.engine,
    production,
    withoutLocalTest: null,
    moved: null,
    consented: (consent) => isApproved(flags, consent),
    interactive: canAsk(flags, terminal),
  });
  reporter.itemsLeft = itemsLeftIn(context);
  return exit;
}

/**
 * Refuses to undo what a journal describes that was copied from elsewhere: it may come with a repository.
 * @param folders in which its rollouts were recorded; undefined for one that names none
 * @param here identifies the folder of the journal
 */
function assertWrittenHere(folders: readonly (string | undefined)[], here: string | null): void {
  if (here !== null && folders.every((folder) => folder === here)) return;
  throw new ProblemError({
    code: 'ERP-0836',
    what: 'The journal was not written in this folder.',
    why: 'The workspace was copied or restored from a backup, or the journal comes from elsewhere, such as a repository. What it describes may not have happened here.',
    todo: [
      { text: 'See what it describes', command: ['erp-deploy', 'report'] },
      { text: 'If that is what happened to this workspace', command: sameCommand('--allow-copied-journal') },
    ],
    exit: exitCodes.prerequisite,
  });
}
