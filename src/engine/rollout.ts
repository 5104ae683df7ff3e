import type { PlannedChange } from '../domain/change.ts';
import { type Confirmed, confirmationOf, consentsMissing } from '../domain/confirmation.ts';
import type { PhaseName } from '../domain/phase.ts';
import { type ExitCode, exitCodes } from '../domain/problem.ts';
import { stoppedOutside } from './endings.ts';
import { confirmedEntry } from './journal-entries.ts';
import { makePlan, type StepPlan } from './plan.ts';
import { declined, type Refusal, refusals, refuse } from './refusal.ts';
import type { RolloutParts } from './rollout-parts.ts';
import type { StepRun } from './run-step.ts';
import { plannedEvent } from './tell.ts';
import { walk } from './walk.ts';

/** Takes the selected steps from plan to proof. Answers what the process ends with. */
export async function runRollout<Context>(parts: RolloutParts<Context>): Promise<ExitCode> {
  try {
    return await planAndWalk(parts);
  } catch (error) {
    if (!parts.signal.aborted || error !== parts.signal.reason) throw error;
    return stoppedOutside(parts, null, error);
  }
}

/** @param skip why a person left a step out; grows where they do so at a step that is blocked */
async function planAndWalk<Context>(
  parts: RolloutParts<Context>,
  skip: ReadonlyMap<string, string> = parts.skip,
): Promise<ExitCode> {
  const { teller, executor, signal } = parts;
  const plans = await makePlan(parts.steps, skip, parts.context, signal, (plan) =>
    teller.tell(plannedEvent(plan)),
  );
  const changes = plans.flatMap((plan) => (plan.state === 'change' ? plan.changes : []));
  const refused = refusals(parts, plans);
  const [first] = refused;
  if (first !== undefined) return refusedPlan(parts, skip, plans, [first, ...refused.slice(1)]);
  const consents = consentsMissing(changes, parts.consented).map((consent) => consent.flag);
  teller.tell({ type: 'plan.ready', changes: changes.length, consents });
  let confirmed: Confirmed = new Map();
  if (changes.length > 0) {
    const intent = await teller.ask({ type: 'confirm-plan', changes: changes.length }, signal);
    if (intent.type !== 'approve' && intent.type !== 'step-by-step') return declined(parts, plans);
    await begin(parts);
    if (intent.type === 'approve') confirmed = await confirm(parts, plans, changes, confirmed);
  }
  const run: StepRun<Context> = {
    context: parts.context,
    executor,
    signal,
    confirmed,
    confirm: async (more) => {
      run.confirmed = await confirm(parts, plans, more, run.confirmed);
    },
    planned: (phase) => plannedOf(plans, phase),
    inDoubt: (scope) => executor.journal.recorded.inDoubt.has(scope),
    consented: parts.consented,
    tell: (event) => teller.tell(event),
    ask: (question) => teller.ask(question, signal),
    again: parts.again,
  };
  const exit = await walk(parts, run, plans);
  if (executor.journal.recorded.unfinished !== null && exit === exitCodes.done) {
    await executor.journal.add({ type: 'finished', exit });
  }
  return exit;
}

/** Something stands in the way: looked at again, left out, or told with nothing changed. */
async function refusedPlan<Context>(
  parts: RolloutParts<Context>,
  skip: ReadonlyMap<string, string>,
  plans: readonly StepPlan<Context>[],
  refused: readonly [Refusal<Context>, ...Refusal<Context>[]],
): Promise<ExitCode> {
  const [{ step, problem }] = refused;
  const intent = await parts.teller.ask({ type: 'failure', step: step.id, problem }, parts.signal);
  if (intent.type === 'retry') return planAndWalk(parts, skip);
  if (intent.type !== 'skip') return refuse(parts, plans, refused);
  await parts.executor.journal.add({ type: 'skipped', step: step.id, reason: intent.reason });
  return planAndWalk(parts, new Map([...skip, [step.id, intent.reason]]));
}

function plannedOf<Context>(
  plans: readonly StepPlan<Context>[],
  phase: PhaseName | null,
): readonly PlannedChange[] {
  return plans.flatMap((plan) =>
    plan.state === 'change' && (phase === null || plan.step.phase === phase) ? plan.changes : [],
  );
}

/** A roll-out begins, or the unfinished one goes on. */
async function begin<Context>(parts: RolloutParts<Context>): Promise<void> {
  const { journal } = parts.executor;
  const { rollout, program, engine, by } = parts;
  const unfinished = journal.recorded.unfinished !== null;
  await journal.add(unfinished ? { type: 'resumed', by } : { type: 'rollout', rollout, program, engine, by });
}

/** Adds to what was confirmed, and has it on the disk before the first effect of it. */
async function confirm<Context>(
  { executor }: RolloutParts<Context>,
  plans: readonly StepPlan<Context>[],
  changes: readonly PlannedChange[],
  before: Confirmed,
): Promise<Confirmed> {
  await executor.journal.add(confirmedEntry(plans, changes));
  return new Map([...before, ...confirmationOf(changes)]);
}
