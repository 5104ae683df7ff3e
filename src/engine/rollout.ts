import { type PlannedChange, scopeOf } from '../domain/change.ts';
import { digestOf } from '../domain/change-digest.ts';
import { confirmationOf, consentsMissing } from '../domain/confirmation.ts';
import type { PhaseName, StepId } from '../domain/phase.ts';
import { type ExitCode, exitCodes } from '../domain/problem.ts';
import type { Step } from '../domain/step.ts';
import { Approvals } from './approvals.ts';
import { askForNotes } from './ask-for-notes.ts';
import { stoppedOutside } from './endings.ts';
import { makePlan, type StepPlan } from './plan.ts';
import { declined, type Refusal, refusals, refuse, stale } from './refusal.ts';
import { plannedEvent } from './reporter.ts';
import type { RolloutParts } from './rollout-parts.ts';
import type { StepRun } from './step-run.ts';
import { isFinishedBy } from './unfinished.ts';
import { walk } from './walk.ts';

/** Plans, approves, applies and verifies the selected steps. Returns the exit code. */
export async function runRollout<Context>(parts: RolloutParts<Context>): Promise<ExitCode> {
  try {
    return await planAndWalk(parts);
  } catch (error) {
    if (!parts.signal.aborted || error !== parts.signal.reason) throw error;
    return stoppedOutside(parts, null, error);
  }
}

/** @param skip the operator's reasons by step; an entry is added when the operator skips a blocked step */
async function planAndWalk<Context>(
  parts: RolloutParts<Context>,
  skip: ReadonlyMap<string, string> = parts.skip,
): Promise<ExitCode> {
  const { reporter, executor, signal } = parts;
  const report = (plan: StepPlan<Context>) => reporter.emit(plannedEvent(plan));
  const plans = await makePlan(parts.steps, skip, parts.context, signal, report, parts.allSteps);
  const moved = parts.moved?.(plans) ?? null;
  if (moved !== null) return stale(parts, plans, moved);
  const changes = plans.flatMap((plan) => (plan.state === 'change' ? plan.changes : []));
  const refused = refusals(parts, plans);
  const [first] = refused;
  if (first !== undefined) return refusedPlan(parts, skip, plans, [first, ...refused.slice(1)]);
  const consents = consentsMissing(changes, parts.consented).map((consent) => consent.flag);
  reporter.emit({ type: 'plan.ready', changes: changes.length, consents });
  const approvals = new Approvals(executor.journal, plans, parts.consented);
  if (changes.length > 0) {
    const skipped = skippedNow(parts, skip);
    const question = { type: 'confirm-plan', changes: changes.length } as const;
    const intent = await reporter.ask(skipped.length === 0 ? question : { ...question, skipped }, signal);
    if (intent.type === 'take-back') return planAndWalk(parts);
    if (intent.type !== 'approve' && intent.type !== 'step-by-step') return declined(parts, plans);
    await begin(parts, plans);
    if (intent.type === 'approve') await approvals.confirm(changes);
  } else if (switchesEngine(parts)) await begin(parts, plans);
  const bound = parts.moved === null ? null : confirmationOf(changes);
  const run = stepRunOf(parts, plans, approvals, bound);
  const exit = await walk(parts, run, plans);
  if (exit !== exitCodes.done) return exit;
  if (await takesBack(parts, run.skipped)) return planAndWalk(parts, skip);
  await finish(parts);
  return exit;
}

function stepRunOf<Context>(
  parts: RolloutParts<Context>,
  plans: readonly StepPlan<Context>[],
  approvals: Approvals<Context>,
  bound: StepRun<Context>['bound'],
): StepRun<Context> {
  const { executor, signal, reporter } = parts;
  return {
    context: parts.context,
    executor,
    signal,
    approvals,
    bound,
    planned: (phase) => plannedOf(plans, phase),
    inDoubt: (change) =>
      executor.journal.recorded.inDoubt(
        scopeOf(change),
        change.kind === 'request' ? digestOf(change) : undefined,
      ),
    skipped: new Map(),
    consented: parts.consented,
    askForNotes: async (step) => parts.moved === null && (await askForNotes(parts, step)),
    emit: (event) => reporter.emit(event),
    ask: (question) => reporter.ask(question, signal),
  };
}

/**
 * Asks whether to end a rollout in which steps were skipped after a failure. Returns whether the operator takes the
 * skips back.
 */
async function takesBack<Context>(
  parts: RolloutParts<Context>,
  skipped: ReadonlyMap<StepId, string>,
): Promise<boolean> {
  const steps = [...skipped.keys()];
  const [reason] = skipped.values();
  if (!parts.interactive || reason === undefined) return false;
  const intent = await parts.reporter.ask({ type: 'skipped', steps, reason }, parts.signal);
  return intent.type === 'take-back';
}

/** Returns the steps that were skipped in this run, and not by a flag or the configuration. */
function skippedNow<Context>(
  parts: RolloutParts<Context>,
  skip: ReadonlyMap<string, string>,
): readonly StepId[] {
  return parts.steps.flatMap(({ id }) => (skip.has(id) && !parts.skip.has(id) ? [id] : []));
}

/** Asks what to do about a plan with problems: check again, skip the step, or end without changes. */
async function refusedPlan<Context>(
  parts: RolloutParts<Context>,
  skip: ReadonlyMap<string, string>,
  plans: readonly StepPlan<Context>[],
  refused: readonly [Refusal<Context>, ...Refusal<Context>[]],
): Promise<ExitCode> {
  const [{ step, problem }] = refused;
  const editable = parts.undoes === null;
  const dependents = blockedWithout(step, plans);
  const intent = await parts.reporter.ask(
    { type: 'failure', step: step.id, problem, editable, dependents },
    parts.signal,
  );
  if (intent.type === 'retry') return planAndWalk(parts, skip);
  if (intent.type !== 'skip') return refuse(parts, plans, refused);
  const { reason } = intent;
  const left = [step.id, ...dependents];
  for (const id of left) await parts.executor.journal.add({ type: 'skipped', step: id, reason });
  return planAndWalk(parts, new Map([...skip, ...left.map((id) => [id, reason] as const)]));
}

/** Returns the later steps that the plan blocks, directly or indirectly, because this step is blocked. */
function blockedWithout<Context>(
  step: Step<Context>,
  plans: readonly StepPlan<Context>[],
): readonly StepId[] {
  const without = new Set<StepId>([step.id]);
  for (const plan of plans) {
    if (plan.state === 'blocked' && plan.behind !== undefined && without.has(plan.behind)) {
      without.add(plan.step.id);
    }
  }
  return [...without].slice(1);
}

function plannedOf<Context>(
  plans: readonly StepPlan<Context>[],
  phase: PhaseName | null,
): readonly PlannedChange[] {
  return plans.flatMap((plan) =>
    plan.state === 'change' && (phase === null || plan.step.phase === phase) ? plan.changes : [],
  );
}

/** Records that a rollout starts, or that the unfinished one resumes with the steps that are selected now. */
async function begin<Context>(
  parts: RolloutParts<Context>,
  plans: readonly StepPlan<Context>[],
): Promise<void> {
  const { journal } = parts.executor;
  const { rollout, undoes, program, engine, production, by, commit, withoutLocalTest } = parts;
  if (undoes !== null) return journal.add({ type: 'rollback', rollout: undoes.rollout, by });
  const selected = plans.flatMap((plan) => (plan.state === 'skipped' ? [] : [plan.step]));
  const steps = selected.map(({ id }) => id);
  const gated = selected.some(({ needs }) => needs.some(({ gate }) => gate === true));
  const resumes = journal.recorded.unfinished !== null;
  const how = {
    engine,
    by,
    steps,
    ...(production === null ? {} : { production }),
    ...(commit === null ? {} : { commit }),
    ...(gated && withoutLocalTest !== null ? { withoutLocalTest } : {}),
  } as const;
  await journal.add(resumes ? { type: 'resumed', ...how } : { type: 'rollout', rollout, program, ...how });
}

/** Returns whether this run uses another engine than the rollout used so far. The next resume keeps the new engine. */
function switchesEngine<Context>({ executor, undoes, engine }: RolloutParts<Context>): boolean {
  const { recorded } = executor.journal;
  return undoes === null && recorded.unfinished !== null && recorded.engine !== engine;
}

/** Records the end of a rollout or rollback, unless some of its steps are not done. */
async function finish<Context>({
  executor: { journal },
  undoes,
  steps,
}: RolloutParts<Context>): Promise<void> {
  if (undoes?.whole === true) {
    for (const rollout of undoes.rollouts) await journal.add({ type: 'undone', rollout });
  }
  const { unfinished } = journal.recorded;
  if (undoes === null && unfinished !== null && isFinishedBy(unfinished, steps)) {
    await journal.add({ type: 'finished', exit: exitCodes.done });
  }
}
