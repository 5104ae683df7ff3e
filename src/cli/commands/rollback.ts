import type { LastRollout } from '../../domain/done.ts';
import { type ExitCode, exitCodes, ProblemError } from '../../domain/problem.ts';
import { Journal } from '../../engine/journal.ts';
import { lastRollout } from '../../engine/last-rollout.ts';
import type { Lock } from '../../engine/lock.ts';
import { runRollout } from '../../engine/rollout.ts';
import { steps as allSteps } from '../../tasks/steps.ts';
import { migrationThatStays } from '../../undo/no-way-back.ts';
import { undoSteps } from '../../undo/undo-steps.ts';
import { type CommandParts, type Execute, journalPath } from '../wiring/command.ts';
import { consentGiven, needsAnswer } from '../wiring/consents.ts';
import { executorParts } from '../wiring/executor-parts.ts';
import { openLog } from '../wiring/open-log.ts';
import { productionAddress } from '../wiring/production-address.ts';
import { lockProduction } from '../wiring/production-lock.ts';
import { canAsk } from '../wiring/terminal.ts';
import {
  contextOf,
  lockWorkspace,
  type OpenWorkspace,
  openWorkspace,
  recordedIn,
  tellStarted,
} from '../wiring/workspace.ts';

/** Undoes what the last roll-out did, the last thing first; each is shown before, and looked at after. */
export const rollback: Execute = async (parts) => {
  const { flags, terminal, teller } = parts;
  if (!canAsk(flags, terminal) && !flags.nonInteractive && !flags.json) {
    const look = 'Look what the last roll-out did: erp-deploy report';
    throw new ProblemError(needsAnswer(parts, look));
  }
  const open = await openWorkspace(parts);
  const { records } = await recordedIn(parts, open.world);
  if (lastRollout(records) === null) throw new ProblemError(nothingRan(open.world.root));
  const lock = await lockWorkspace(parts, open.world);
  try {
    const journal = await Journal.open(
      parts.adapters.appendFile(open.world.root, journalPath),
      parts.adapters.clock,
    );
    // Looked at again: another one may have ended before this one got the lock.
    const last = lastRollout(journal.recorded.records);
    if (last === null) throw new ProblemError(nothingRan(open.world.root));
    if (!last.isUndone) return await undo(parts, open, journal, lock, last);
    const text = `The last roll-out, of ${last.at}, is undone already.`;
    teller.tell({ type: 'note', level: 'info', text });
    return exitCodes.done;
  } finally {
    await open.world.close();
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
  const { adapters, flags, terminal, teller, signal } = parts;
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
  openLog(parts, open.world);
  tellStarted(parts, chosen, false);
  await lockProduction(parts, chosen);
  const context = contextOf(parts, chosen, () => journal.recorded);
  const phases = new Set(steps.filter(({ id }) => undoing.includes(id)).map(({ phase }) => phase));
  const obstacle = await migrationThatStays(context, last, phases, production);
  if (obstacle !== null) throw new ProblemError(obstacle);
  const self = await adapters.processTable().self();
  return runRollout({
    steps,
    skip: open.skip,
    context,
    executor: executorParts(parts, open.world, open.cloudflare, journal, lock),
    teller,
    signal,
    rollout: last.rollout,
    undoes: { rollout: last.rollout, whole },
    program: parts.version,
    by: `${self.user}@${self.host}`,
    again: parts.typed,
    engine: open.choice.engine,
    production,
    withoutLocalTest: null,
    consented: (consent) => consentGiven(flags, consent),
    interactive: canAsk(flags, terminal),
  });
}

/** What was done at one production is never looked for, and undone, at another. */
function assertSameProduction(steps: LastRollout['steps'], now: string | null): void {
  const [first] = steps.flatMap(({ step, productions }) =>
    productions.filter((place) => place !== now).map((place) => ({ step, place })),
  );
  if (now === null || first === undefined) return;
  throw new ProblemError({
    code: 'ERP-0833',
    what: `Step ${first.step} of the last roll-out worked on ${first.place}, and production is ${now} now.`,
    why: 'What it did there is undone there, or not at all.',
    todo: [
      'Name that one: --production-host or --database-url, or its directory in the configuration.',
      'Or undo what was done elsewhere alone: erp-deploy rollback --only STEP, or --phase PHASE',
      'See what it did: erp-deploy report',
    ],
    exit: exitCodes.prerequisite,
  });
}

function nothingRan(root: string) {
  return {
    code: 'ERP-0830',
    what: 'There is no roll-out to undo.',
    why: `The journal of ${root} has none that changed anything.`,
    todo: ['See what is so: erp-deploy status'],
    exit: exitCodes.prerequisite,
  } as const;
}
