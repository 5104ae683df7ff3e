import type { Outcome } from '../domain/events.ts';
import type { Intent } from '../domain/front-end.ts';
import { type ExitCode, exitCodes, type Problem, ProblemError } from '../domain/problem.ts';
import type { Step } from '../domain/step.ts';
import { keepFailure, stoppedOutside } from './endings.ts';
import { asProblem } from './faults.ts';
import { isNews, verifiedEntry } from './journal-entries.ts';
import { needProblem, type StepPlan, unmetNeeds } from './plan.ts';
import type { RolloutParts } from './rollout-parts.ts';
import { runStep, SkippedStep, type StepRun, type StepSeen } from './run-step.ts';

/** Takes the steps in their order, until one fails or a signal comes. */
export async function walk<Context>(
  parts: RolloutParts<Context>,
  run: StepRun<Context>,
  plans: readonly StepPlan<Context>[],
): Promise<ExitCode> {
  let exit: ExitCode = exitCodes.done;
  for (const plan of plans) {
    if (exit !== exitCodes.done) parts.teller.finished(plan.step, 'stopped', 'not reached', 0);
    else if (plan.state === 'skipped') await leftOutBeforehand(parts, plan.step, plan.reason);
    else exit = await walkStep(parts, run, plan.step);
  }
  return exit;
}

/** One step, tried again as often as a person asks for it. */
async function walkStep<Context>(
  parts: RolloutParts<Context>,
  run: StepRun<Context>,
  step: Step<Context>,
): Promise<ExitCode> {
  const { teller, signal } = parts;
  for (;;) {
    const since = performance.now();
    const spent = () => Math.round(performance.now() - since);
    try {
      const exit = await tryStep(parts, run, step, spent);
      if (exit !== 'again') return exit;
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error;
      teller.finished(step, 'stopped', 'interrupted', spent());
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
  const { teller, signal } = parts;
  try {
    await teller.beforeStep(signal);
    signal.throwIfAborted();
    teller.tell({ type: 'step.started', phase: step.phase, step: step.id });
    const [unmet] = await unmetNeeds(step, parts.context);
    if (unmet !== undefined) throw new ProblemError(needProblem(step, unmet));
    const seen = await runStep(run, step);
    teller.finished(step, await outcomeOf(parts, step, seen), seen.look.summary, spent(), seen.look.open);
    return exitCodes.done;
  } catch (error) {
    if (signal.aborted && error === signal.reason) throw error;
    if (error instanceof SkippedStep) return skippedStep(parts, step, error.reason, spent());
    return failedStep(parts, step, asProblem(error), spent);
  }
}

/** Tells the problem, and asks what now. */
async function failedStep<Context>(
  parts: RolloutParts<Context>,
  step: Step<Context>,
  problem: Problem,
  spent: () => number,
): Promise<ExitCode | 'again'> {
  const { teller, signal, undoes } = parts;
  teller.problem(problem, step);
  await keepFailure(parts, step, problem);
  const intent: Intent = await teller.ask(
    { type: 'failure', step: step.id, problem, editable: undoes === null },
    signal,
  );
  if (intent.type === 'retry') return 'again';
  if (intent.type === 'skip') return skippedStep(parts, step, intent.reason, spent());
  teller.finished(step, 'failed', problem.what, spent());
  return problem.exit;
}

/** A person's reason is kept, once for as long as it is the same; that a step does not apply here is none. */
async function leftOutBeforehand<Context>(
  { executor: { journal }, teller, skip, undoes }: RolloutParts<Context>,
  step: Step<Context>,
  reason: string,
): Promise<void> {
  const news = skip.get(step.id) === reason && journal.recorded.leftOut(step.id) !== reason;
  if (news && undoes === null) await journal.add({ type: 'skipped', step: step.id, reason });
  teller.finished(step, 'skipped', reason, 0);
}

/** A person's reason is kept; the steps that need this one will say so. */
async function skippedStep<Context>(
  { executor, teller }: RolloutParts<Context>,
  step: Step<Context>,
  reason: string,
  milliseconds: number,
): Promise<ExitCode> {
  await executor.journal.add({ type: 'skipped', step: step.id, reason });
  teller.finished(step, 'skipped', reason, milliseconds);
  return exitCodes.done;
}

/**
 * Tells the evidence, and keeps it where it says something that the journal does not say yet: also that all is as it
 * was before a failure.
 */
async function outcomeOf<Context>(
  { executor, teller, undoes }: RolloutParts<Context>,
  step: Step<Context>,
  { look, changes }: StepSeen,
): Promise<Outcome> {
  for (const evidence of look.evidence) {
    teller.tell({ type: 'evidence', phase: step.phase, step: step.id, ...evidence });
  }
  // What is seen of an undone step proves no box.
  if (undoes !== null) return changes > 0 ? 'done' : 'already';
  const entry = verifiedEntry(step.id, look);
  const { recorded } = executor.journal;
  const news = recorded.failedSince(step.id) || isNews(recorded.lastVerified(step.id), entry);
  if (news) await executor.journal.add(entry);
  return changes > 0 || news ? 'done' : 'already';
}
