import type { Outcome } from '../domain/events.ts';
import type { Intent } from '../domain/front-end.ts';
import type { StepId } from '../domain/phase.ts';
import { Declined, type ExitCode, exitCodes, type Problem, ProblemError } from '../domain/problem.ts';
import type { Step } from '../domain/step.ts';
import { dependentsOf } from './dependents.ts';
import { keepFailure, stoppedOutside } from './endings.ts';
import { asProblem } from './faults.ts';
import { differs, verifiedEntry } from './journal-entries.ts';
import { missingNeeds, needProblem, unmetNeeds } from './missing-needs.ts';
import type { StepPlan } from './plan.ts';
import type { RolloutParts } from './rollout-parts.ts';
import { runStep, type StepResult } from './run-step.ts';
import { SkippedStep, type StepRun } from './step-run.ts';
import { untilStopped } from './until-stopped.ts';

/** Runs the steps in order, until one fails or a signal arrives. */
export async function walk<Context>(
  parts: RolloutParts<Context>,
  run: StepRun<Context>,
  plans: readonly StepPlan<Context>[],
): Promise<ExitCode> {
  let exit: ExitCode = exitCodes.done;
  for (const plan of plans) {
    if (exit !== exitCodes.done) parts.reporter.finished(plan.step, 'stopped', 'not started', 0);
    else exit = await walkPlanned(parts, run, plan);
  }
  return exit;
}

async function walkPlanned<Context>(
  parts: RolloutParts<Context>,
  run: StepRun<Context>,
  plan: StepPlan<Context>,
): Promise<ExitCode> {
  const reason = run.skipped.get(plan.step.id);
  if (plan.state === 'skipped') await skippedBeforehand(parts, plan.step, plan.reason);
  else if (reason !== undefined) await skippedStep(parts, plan.step, reason, 0);
  else return walkStep(parts, run, plan.step);
  return exitCodes.done;
}

/** Runs one step, and repeats it for each retry. */
async function walkStep<Context>(
  parts: RolloutParts<Context>,
  run: StepRun<Context>,
  step: Step<Context>,
): Promise<ExitCode> {
  const { reporter, signal } = parts;
  for (;;) {
    // The time that the operator takes to answer is not the step's.
    const working = () => performance.now() - reporter.waited;
    const since = working();
    const spent = () => Math.round(working() - since);
    try {
      const exit = await tryStep(parts, run, step, spent);
      if (exit !== 'again') return exit;
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error;
      reporter.finished(step, 'stopped', 'interrupted', spent());
      return stoppedOutside(parts, step, error);
    }
  }
}

async function tryStep<Context>(
  parts: RolloutParts<Context>,
  run: StepRun<Context>,
  step: Step<Context>,
  spent: () => number,
): Promise<ExitCode | 'again'> {
  const { reporter, signal } = parts;
  try {
    await reporter.beforeStep(signal);
    signal.throwIfAborted();
    reporter.emit({ type: 'step.started', phase: step.phase, step: step.id });
    await untilStopped(signal, requireNeeds(parts, step));
    const result = await runStep(run, step);
    const { verified } = result;
    reporter.finished(step, await outcomeOf(parts, step, result), verified.summary, spent(), verified);
    return exitCodes.done;
  } catch (error) {
    if (signal.aborted && error === signal.reason) throw error;
    if (error instanceof SkippedStep) return skippedStep(parts, step, error.reason, spent());
    if (error instanceof Declined && parts.interactive) return declinedStep(parts, run, step, error, spent);
    return failedStep(parts, run, step, (await lostLock(parts)) ?? asProblem(error), spent);
  }
}

/**
 * Time limit, in milliseconds, for a host to answer whether its lock is held. It is short, so that a broken connection
 * is reported soon.
 */
const lockAnswer = 3_000;

/**
 * Returns the problem that another rollout took over a lock, which explains every failure since then; null if this run
 * holds the locks. If the locks cannot be checked, the failure of the step is reported.
 */
async function lostLock<Context>({ executor, signal }: RolloutParts<Context>): Promise<Problem | null> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(lockAnswer)]);
  try {
    await untilStopped(stop, executor.assertLocksHeld?.() ?? Promise.resolve());
    return null;
  } catch (error) {
    if (error === stop.reason) return null;
    const problem = asProblem(error);
    return problem.exit === exitCodes.locked ? problem : null;
  }
}

/** @throws ProblemError if a step that this one depends on is not complete */
async function requireNeeds<Context>(
  { steps, allSteps, context }: RolloutParts<Context>,
  step: Step<Context>,
): Promise<void> {
  const [first, ...more] = await missingNeeds(await unmetNeeds(step, context), allSteps, context);
  const goal = steps.at(-1)?.id ?? step.id;
  if (first !== undefined) throw new ProblemError(needProblem(step, [first, ...more], goal));
}

/** Reports the problem, and asks whether to retry, skip or stop. */
async function failedStep<Context>(
  parts: RolloutParts<Context>,
  run: StepRun<Context>,
  step: Step<Context>,
  problem: Problem,
  spent: () => number,
): Promise<ExitCode | 'again'> {
  const { reporter, signal, undoes } = parts;
  reporter.problem(problem, step);
  await keepFailure(parts, step, problem);
  const dependents = await dependentIds(parts, step);
  const intent: Intent = await reporter.ask(
    { type: 'failure', step: step.id, problem, editable: undoes === null, dependents },
    signal,
  );
  if (intent.type === 'retry') return 'again';
  if (intent.type === 'skip') {
    for (const id of [step.id, ...dependents]) run.skipped.set(id, intent.reason);
    return skippedStep(parts, step, intent.reason, spent());
  }
  reporter.finished(step, 'failed', problem.what, spent());
  return problem.exit;
}

/**
 * Asks what to do about a step whose change the operator declined. Nothing failed, so nothing is recorded as failed.
 */
async function declinedStep<Context>(
  parts: RolloutParts<Context>,
  run: StepRun<Context>,
  step: Step<Context>,
  { problems: [problem] }: Declined,
  spent: () => number,
): Promise<ExitCode | 'again'> {
  const { reporter, signal } = parts;
  const dependents = await dependentIds(parts, step);
  const intent = await reporter.ask(
    { type: 'failure', step: step.id, problem, editable: false, declined: true, dependents },
    signal,
  );
  if (intent.type === 'retry') return 'again';
  if (intent.type === 'skip') {
    for (const id of dependents) run.skipped.set(id, intent.reason);
    return skippedStep(parts, step, intent.reason, spent());
  }
  reporter.finished(step, 'stopped', 'declined', spent());
  return exitCodes.interrupted;
}

/** Returns the steps that a skip of this one skips as well; none if the operator cannot be asked. */
async function dependentIds<Context>(
  { interactive, steps, skip, context, signal, executor: { journal } }: RolloutParts<Context>,
  step: Step<Context>,
): Promise<readonly StepId[]> {
  if (!interactive) return [];
  const leftOut = (id: string) => journal.recorded.leftOut(id) !== undefined;
  const dependents = await untilStopped(signal, dependentsOf(step, steps, skip, context, leftOut));
  return dependents.map(({ id }) => id);
}

/** Records the operator's reason unless it is recorded already. A step that does not apply here is not recorded. */
async function skippedBeforehand<Context>(
  { executor: { journal }, reporter, skip, skippedByFlag, undoes }: RolloutParts<Context>,
  step: Step<Context>,
  reason: string,
): Promise<void> {
  const isNew = skip.get(step.id) === reason && journal.recorded.leftOut(step.id) !== reason;
  if (isNew && undoes === null) {
    const flag = skippedByFlag.has(step.id) ? ({ flag: '--skip' } as const) : {};
    await journal.add({ type: 'skipped', step: step.id, reason, ...flag });
  }
  reporter.finished(step, 'skipped', reason, 0);
}

/** Records the operator's reason. The steps that depend on this one report it. */
async function skippedStep<Context>(
  { executor, reporter }: RolloutParts<Context>,
  step: Step<Context>,
  reason: string,
  milliseconds: number,
): Promise<ExitCode> {
  await executor.journal.add({ type: 'skipped', step: step.id, reason });
  reporter.finished(step, 'skipped', reason, milliseconds);
  return exitCodes.done;
}

/**
 * Reports the evidence. A rollout records the findings of each step; a run without changes records only findings that
 * are not in the journal.
 */
async function outcomeOf<Context>(
  { executor, reporter, undoes, production }: RolloutParts<Context>,
  step: Step<Context>,
  { verified, changes }: StepResult,
): Promise<Outcome> {
  for (const evidence of verified.evidence) {
    reporter.emit({ type: 'evidence', phase: step.phase, step: step.id, ...evidence });
  }
  // The evidence that a step was undone verifies no checklist item.
  if (undoes !== null) return changes > 0 ? 'done' : 'already';
  const entry = verifiedEntry(step.id, verified, production);
  const { recorded } = executor.journal;
  const last = recorded.lastVerified(step.id, entry.production);
  const isNew =
    recorded.failedSince(step.id) || differs(last, entry) || last?.production !== entry.production;
  if (isNew || recorded.unfinished !== null) await executor.journal.add(entry);
  return changes > 0 || isNew ? 'done' : 'already';
}
