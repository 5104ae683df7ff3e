import { randomUUID } from 'node:crypto';
import { type ExitCode, exitCodes, ProblemError } from '../../domain/problem.ts';
import type { ExecutorParts } from '../../engine/executor.ts';
import { Journal } from '../../engine/journal.ts';
import { runRollout } from '../../engine/rollout.ts';
import type { RolloutParts } from '../../engine/rollout-parts.ts';
import type { SavedPlan } from '../../engine/saved-plan/format.ts';
import { steps as allSteps } from '../../tasks/steps.ts';
import type { Context } from '../../workspace/context.ts';
import { isApproved, needsAnswer } from '../wiring/approvals.ts';
import { type CommandParts, type Execute, journalPath } from '../wiring/command.ts';
import { containerLogs } from '../wiring/container-logs.ts';
import { executorParts } from '../wiring/executor-parts.ts';
import { openLog, stampOf } from '../wiring/open-log.ts';
import { commitOf, operatorAt } from '../wiring/operator.ts';
import { assertHolds } from '../wiring/plan-binding.ts';
import { productionAddress } from '../wiring/production-address.ts';
import { type Answers, askResume, firstAnswers, savedAnswers } from '../wiring/questions.ts';
import { reachProduction } from '../wiring/reach-host.ts';
import { boundSteps, boundTo, readSavedPlan } from '../wiring/saved-plan.ts';
import { setupFields, withAnswers } from '../wiring/setup.ts';
import { itemsLeftIn } from '../wiring/step-records.ts';
import { canAsk } from '../wiring/terminal.ts';
import { hideFromGit } from '../wiring/under-locks.ts';
import { noticeAddress, withNotices } from '../wiring/with-notices.ts';
import {
  contextOf,
  lockWorkspace,
  type OpenWorkspace,
  openWorkspace,
  reconfigured,
  tellStarted,
  warnOfWritableFolders,
} from '../wiring/workspace.ts';
import type { WorkspacePorts } from '../wiring/workspace-ports.ts';

/** Rolls out: plan under the lock, confirm, apply, verify. Starts over if the operator edits the settings. */
export const run: Execute = async (given) => {
  const { flags, terminal, here } = given;
  const saved = flags.plan === undefined ? null : await readSavedPlan(here, flags.plan);
  const parts = saved === null ? given : boundTo(given, saved);
  if (!canAsk(flags, terminal) && !flags.nonInteractive && !flags.json) {
    throw new ProblemError(
      needsAnswer(parts, { text: 'To see what it would change', command: ['erp-deploy', 'plan'] }),
    );
  }
  noticeAddress(parts);
  let edited: Answers | null = null;
  for (;;) {
    const { exit, answers }: RunEnd = await rollOut(parts, edited, saved);
    if (parts.reporter.edited === null) return exit;
    edited = { ...answers, ...(await savedAnswers(parts, parts.reporter.edited)) };
  }
};

interface RunEnd {
  readonly exit: ExitCode;
  /** The operator's answers in the setup so far. */
  readonly answers: Answers;
}

/**
 * @param edited the answers, if the operator edited some after a failure; null at the first attempt
 * @param saved limits the rollout to the changes that it states
 */
async function rollOut(
  parts: CommandParts,
  edited: Answers | null,
  saved: SavedPlan | null,
): Promise<RunEnd> {
  const { flags, adapters, terminal, reporter } = parts;
  const interactive = canAsk(flags, terminal);
  let open = await openWorkspace(parts);
  const { root } = open.ports;
  const lock = await lockWorkspace(parts, open.ports);
  try {
    await hideFromGit(open.ports);
    openLog(parts, open.ports);
    const file = adapters.appendFile(root, journalPath);
    let journal = await Journal.open(file, adapters.clock);
    const isFirst = saved === null && interactive && !flags.yes && journal.recorded.records.length === 0;
    const answers = edited ?? (isFirst ? await firstAnswers(parts, open.ports) : {});
    if (Object.keys(answers).length > 0) {
      open = reconfigured(parts, open, withAnswers(open.config, answers));
    }
    const { config } = open;
    reporter.setupFields = () => setupFields(config);
    const { unfinished } = journal.recorded;
    tellStarted(parts, open, unfinished !== null);
    await warnOfWritableFolders(parts, open.ports);
    if (saved !== null) await assertHolds(parts, open, saved, unfinished !== null);
    const reached = await reachProduction(parts, open, journal, interactive && !flags.yes);
    if (reached === null) return { exit: exitCodes.done, answers };
    open = reached;
    reporter.offerLogs(containerLogs(open, parts.signal));
    const context = contextOf(parts, open, () => journal.recorded);
    if (interactive && !flags.yes && unfinished !== null && edited === null) {
      const intent = await askResume(parts, open, context, journal.recorded);
      if (intent === 'quit') return { exit: exitCodes.done, answers };
      if (intent === 'start over') journal = await startOver(parts, open.ports);
    }
    const executor = executorParts(parts, open.ports, context.cloudflare, journal, lock, context);
    const rollout = await rolloutParts(parts, open, context, executor, saved);
    const resumes = unfinished !== null;
    const exit = await withNotices(parts, open, { ...rollout, resumes }, () => runRollout(rollout));
    reporter.itemsLeft = itemsLeftIn(context);
    return { exit, answers };
  } finally {
    await open.ports.close();
    await lock.release();
  }
}

/** Renames the journal, and begins a new one. */
async function startOver({ adapters }: CommandParts, { files, root }: WorkspacePorts): Promise<Journal> {
  await files.move(journalPath, journalPath.replace('.jsonl', `-${stampOf(adapters.clock())}.jsonl`));
  return Journal.open(adapters.appendFile(root, journalPath), adapters.clock);
}

async function rolloutParts(
  { adapters, flags, reporter, signal, version, terminal }: CommandParts,
  open: OpenWorkspace,
  context: Context,
  executor: ExecutorParts,
  saved: SavedPlan | null,
): Promise<RolloutParts<Context>> {
  return {
    steps: open.steps,
    allSteps,
    skip: open.skip,
    skippedByFlag: new Set(flags.skip),
    context,
    executor,
    reporter,
    signal,
    undoes: null,
    rollout: `${adapters.clock().slice(0, 10)}-${randomUUID().slice(0, 8)}`,
    program: version,
    by: await operatorAt(adapters),
    commit: await commitOf(open.ports, signal),
    engine: open.choice.engine,
    production: await productionAddress(open),
    withoutLocalTest: context.withoutLocalTest,
    consented: (consent) => isApproved(flags, consent),
    interactive: canAsk(flags, terminal),
    moved: saved === null ? null : boundSteps(saved, executor.journal.recorded.unfinished !== null),
  };
}
