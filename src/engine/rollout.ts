import { type PlannedChange, scopeOf } from '../domain/change.ts';
import { digestOf } from '../domain/change-digest.ts';
import { confirmationOf, consentsMissing } from '../domain/confirmation.ts';
import type { PhaseName } from '../domain/phase.ts';
import { type ExitCode, exitCodes } from '../domain/problem.ts';
import { Approvals } from './approvals.ts';
import { askForNotes } from './ask-for-notes.ts';
import { stoppedOutside } from './endings.ts';
import { makePlan, type StepPlan } from './plan.ts';
import { declined, type Refusal, refusals, refuse, stale } from './refusal.ts';
import { plannedEvent } from './reporter.ts';
import type { RolloutParts } from './rollout-parts.ts';
import type { StepRun } from './run-step.ts';
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

/** @param skip the operator's reasons by step; grows when the operator skips a blocked step */
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
    const intent = await reporter.ask({ type: 'confirm-plan', changes: changes.length }, signal);
    if (intent.type !== 'approve' && intent.type !== 'step-by-step') return declined(parts, plans);
    await begin(parts, plans);
    if (intent.type === 'approve') await approvals.confirm(changes);
  } else if (switchesEngine(parts)) await begin(parts, plans);
  const run: StepRun<Context> = {
    context: parts.context,
    executor,
    signal,
    approvals,
    bound: parts.moved === null ? null : confirmationOf(changes),
    planned: (phase) => plannedOf(plans, phase),
    inDoubt: (change) =>
      executor.journal.recorded.inDoubt(
        scopeOf(change),
        change.kind === 'request' ? digestOf(change) : undefined,
      ),
    consented: parts.consented,
    askForNotes: async (step) => parts.moved === null && (await askForNotes(parts, step)),
    emit: (event) => reporter.emit(event),
    ask: (question) => reporter.ask(question, signal),
  };
  const exit = await walk(parts, run, plans);
  if (exit === exitCodes.done) await finish(parts);
  return exit;
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
  const intent = await parts.reporter.ask(
    { type: 'failure', step: step.id, problem, editable },
    parts.signal,
  );
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

/** Returns whether this run uses another engine than the rollout so far: the next resume keeps it. */
function switchesEngine<Context>({ executor, undoes, engine }: RolloutParts<Context>): boolean {
  const { recorded } = executor.journal;
  return undoes === null && recorded.unfinished !== null && recorded.engine !== engine;
}

/** Records the end of a rollout or rollback, unless steps of it are left. */
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
