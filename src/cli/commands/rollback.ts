import type { LastRollout } from '../../domain/done.ts';
import { type ExitCode, exitCodes, ProblemError } from '../../domain/problem.ts';
import { Journal } from '../../engine/journal.ts';
import { lastRollout } from '../../engine/last-rollout.ts';
import type { Lock } from '../../engine/lock.ts';
import { runRollout } from '../../engine/rollout.ts';
import { steps as allSteps } from '../../tasks/steps.ts';
import { migrationThatStays } from '../../undo/undo-obstacle.ts';
import { undoSteps } from '../../undo/undo-steps.ts';
import { isApproved, needsAnswer } from '../wiring/approvals.ts';
import { type CommandParts, type Execute, journalPath } from '../wiring/command.ts';
import { executorParts } from '../wiring/executor-parts.ts';
import { openLog } from '../wiring/open-log.ts';
import { productionAddress } from '../wiring/production-address.ts';
import { lockProduction } from '../wiring/production-lock.ts';
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

/** Undoes the last rollout, newest step first. Each step is shown before it is undone, and verified afterwards. */
export const rollback: Execute = async (parts) => {
  const { flags, terminal, reporter } = parts;
  if (!canAsk(flags, terminal) && !flags.nonInteractive && !flags.json) {
    const show = { text: 'To see what the last rollout did', command: ['erp-deploy', 'report'] };
    throw new ProblemError(needsAnswer(parts, show));
  }
  const open = await openWorkspace(parts);
  const { records } = await recordedIn(parts, open.ports);
  if (lastRollout(records) === null) throw new ProblemError(nothingRan(open.ports.root));
  const lock = await lockWorkspace(parts, open.ports);
  try {
    const journal = await Journal.open(
      parts.adapters.appendFile(open.ports.root, journalPath),
      parts.adapters.clock,
    );
    // Read again under the lock, because another rollout may have ended meanwhile.
    const last = lastRollout(journal.recorded.records);
    if (last === null) throw new ProblemError(nothingRan(open.ports.root));
    if (!last.isUndone) return await undo(parts, open, journal, lock, last);
    const text = `The last rollout, of ${last.at}, is undone already.`;
    reporter.emit({ type: 'note', level: 'info', text });
    return exitCodes.done;
  } finally {
    await open.ports.close();
    await lock.release();
  }
};

async function undo(
  parts: CommandParts,
  open: OpenWorkspace,
  journal: Journal,
  lock: Lock,
  last: LastRollout,
): Promise<ExitCode> {
  const { adapters, flags, terminal, reporter, signal } = parts;
  const all = undoSteps(last, allSteps);
  const steps = all.filter(({ id }) => open.steps.some((one) => one.id === id));
  const production = await productionAddress(open);
  const undoing = steps.filter(({ id }) => !open.skip.has(id)).map(({ id }) => id);
  assertSameProduction(
    last.steps.filter(({ step }) => undoing.includes(step)),
    production,
  );
  const whole = steps.length === all.length && steps.every(({ id }) => !open.skip.has(id));
  const chosen = { ...open, steps };
  openLog(parts, open.ports);
  tellStarted(parts, chosen, false);
  await lockProduction(parts, chosen);
  const context = contextOf(parts, chosen, () => journal.recorded);
  const phases = new Set(steps.filter(({ id }) => undoing.includes(id)).map(({ phase }) => phase));
  const obstacle = await migrationThatStays(context, last, phases, production);
  if (obstacle !== null) throw new ProblemError(obstacle);
  const self = await adapters.processTable().self();
  const exit = await runRollout({
    steps,
    allSteps: all,
    skip: open.skip,
    context,
    executor: executorParts(parts, open.ports, open.cloudflare, journal, lock, open.config),
    reporter,
    signal,
    rollout: last.rollout,
    undoes: { rollout: last.rollout, whole },
    program: parts.version,
    by: `${self.user}@${self.host}`,
    commit: null,
    engine: open.choice.engine,
    production,
    withoutLocalTest: null,
    consented: (consent) => isApproved(flags, consent),
    interactive: canAsk(flags, terminal),
  });
  reporter.itemsLeft = itemsLeftIn(context);
  return exit;
}

/** Refuses to undo on this production what was done on another one. */
function assertSameProduction(steps: LastRollout['steps'], now: string | null): void {
  const [first] = steps.flatMap(({ step, productions }) =>
    productions.filter((address) => address !== now).map((address) => ({ step, address })),
  );
  if (now === null || first === undefined) return;
  throw new ProblemError({
    code: 'ERP-0833',
    what: `Step ${first.step} of the last rollout worked on ${first.address}, and production is now ${now}.`,
    why: 'A step can only be undone on the production that it changed.',
    todo: [
      {
        text: 'Name that production: --production-host or --database-url, or its directory in the configuration.',
      },
      { text: 'Or undo only the other steps', command: ['erp-deploy', 'rollback', '--only', 'STEP'] },
      { text: 'Or undo only the other phases', command: ['erp-deploy', 'rollback', '--phase', 'PHASE'] },
      { text: 'To see what the rollout did', command: ['erp-deploy', 'report'] },
    ],
    exit: exitCodes.prerequisite,
  });
}

function nothingRan(root: string) {
  return {
    code: 'ERP-0830',
    what: 'There is no rollout to undo.',
    why: `The journal of ${root} has no rollout that changed anything.`,
    todo: [{ text: 'To see the completed steps', command: ['erp-deploy', 'status'] }],
    exit: exitCodes.prerequisite,
  } as const;
}
