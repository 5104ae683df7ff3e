import { consentsMissing } from '../domain/confirmation.ts';
import { type ExitCode, exitCodes, type Problem } from '../domain/problem.ts';
import type { Step } from '../domain/step.ts';
import { keepFailure } from './endings.ts';
import type { StepPlan } from './plan.ts';
import type { RolloutParts } from './rollout-parts.ts';
import { consentMissing } from './step-problems.ts';

/** A step that cannot start, and why. */
export interface Refusal<Context> {
  readonly step: Step<Context>;
  readonly problem: Problem;
}

/** Returns the problem that blocks a step; null if the cause is an earlier step, whose problem is reported. */
export function obstacleIn<Context>(plan: StepPlan<Context>): Refusal<Context> | null {
  if (plan.state !== 'blocked' || plan.behind !== undefined) return null;
  return { step: plan.step, problem: plan.problem };
}

/** Returns everything that keeps the plan from being applied, so that the operator can fix all of it at once. */
export function refusals<Context>(
  parts: RolloutParts<Context>,
  plans: readonly StepPlan<Context>[],
): readonly Refusal<Context>[] {
  const all = plans.flatMap((plan) => {
    const obstacle = obstacleIn(plan);
    if (obstacle !== null) return [obstacle];
    if (plan.state !== 'change' || parts.interactive) return [];
    return consentsMissing(plan.changes, parts.consented).map((consent) => ({
      step: plan.step,
      problem: consentMissing(plan.step, consent),
    }));
  });
  // Several steps may have the same problem: it is reported once.
  return all.filter(
    ({ problem }, index) => all.findIndex((one) => sameProblem(one.problem, problem)) === index,
  );
}

export function sameProblem(one: Problem, other: Problem): boolean {
  return one.code === other.code && one.what === other.what && one.why === other.why;
}

/** Reports every problem, changes nothing, and returns the exit code of the first. */
export async function refuse<Context>(
  parts: RolloutParts<Context>,
  plans: readonly StepPlan<Context>[],
  refused: readonly Refusal<Context>[],
): Promise<ExitCode> {
  const { reporter } = parts;
  for (const { step, problem } of refused) {
    reporter.problem(problem, step);
    await keepFailure(parts, step, problem);
  }
  const failed = new Set(refused.map(({ step }) => step.id));
  for (const plan of plans) {
    if (failed.has(plan.step.id)) reporter.finished(plan.step, 'failed', 'nothing was changed', 0);
    else if (plan.state === 'skipped') reporter.finished(plan.step, 'skipped', plan.reason, 0);
    else reporter.finished(plan.step, 'stopped', 'not started', 0);
  }
  return refused[0]?.problem.exit ?? exitCodes.stepFailed;
}

/** Ends a run that is bound to a saved plan which is not the current one. */
export function stale<Context>(
  { reporter }: RolloutParts<Context>,
  plans: readonly StepPlan<Context>[],
  problem: Problem,
): ExitCode {
  reporter.problem(problem);
  for (const plan of plans) {
    if (plan.state === 'skipped') reporter.finished(plan.step, 'skipped', plan.reason, 0);
    else reporter.finished(plan.step, 'stopped', 'not started', 0);
  }
  return problem.exit;
}

/** Ends a run whose plan the operator declined. */
export function declined<Context>(
  { reporter }: RolloutParts<Context>,
  plans: readonly StepPlan<Context>[],
): ExitCode {
  for (const plan of plans) {
    if (plan.state === 'skipped') reporter.finished(plan.step, 'skipped', plan.reason, 0);
    else reporter.finished(plan.step, 'stopped', 'not started', 0);
  }
  return exitCodes.done;
}
