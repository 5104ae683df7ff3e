import type { Undoable } from '../../domain/done.ts';
import { type ExitCode, exitCodes, ProblemError } from '../../domain/problem.ts';
import { Journal } from '../../engine/journal.ts';
import type { JournalRecord } from '../../engine/journal-format.ts';
import type { Lock } from '../../engine/lock.ts';
import { runRollout } from '../../engine/rollout.ts';
import { rolloutsIn } from '../../engine/rollout-records.ts';
import { undoableSince } from '../../engine/undoable.ts';
import { steps as allSteps } from '../../tasks/steps.ts';
import type { RestorePlan } from '../../undo/restore-plan.ts';
import { stepsThatStay } from '../../undo/undo-obstacle.ts';
import { undoSteps } from '../../undo/undo-steps.ts';
import { isApproved, needsAnswer } from '../wiring/approvals.ts';
import { type CommandParts, type Execute, journalPath } from '../wiring/command.ts';
import { executorParts } from '../wiring/executor-parts.ts';
import { openLog } from '../wiring/open-log.ts';
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
    const journal = await Journal.open(parts.adapters.appendFile(root, journalPath), parts.adapters.clock);
    // Read again under the lock, because another rollout may have ended meanwhile.
    const { records } = journal.recorded;
    const since = toUndo(records, flags.argument, root);
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
  const executor = executorParts(parts, open.ports, open.cloudflare, journal, lock, open.config);
  const stays = await stepsThatStay(context, since, undoing, production);
  restore = await planRestore(parts, context, executor, done);
  const self = await adapters.processTable().self();
  const exit = await runRollout({
    steps,
    allSteps: all,
    skip: new Map([...open.skip, ...stays]),
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
