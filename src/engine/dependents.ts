import type { Step } from '../domain/step.ts';
import { asProblem } from './faults.ts';

/**
 * Returns the later steps that cannot start if the given step is not done, in the actual state of the system: the steps
 * that need it or a step that was left out before, and the steps that need one of those.
 * @param steps the selected steps, in checklist order
 * @param leftOut whether a step was skipped since it was last verified
 */
export async function dependentsOf<Context>(
  step: Step<Context>,
  steps: readonly Step<Context>[],
  skip: ReadonlyMap<string, string>,
  context: Context,
  leftOut: (step: string) => boolean = () => false,
): Promise<readonly Step<Context>[]> {
  const without = new Set<string>([step.id, ...steps.map(({ id }) => id).filter(leftOut)]);
  const dependents: Step<Context>[] = [];
  for (const later of steps.slice(steps.findIndex(({ id }) => id === step.id) + 1)) {
    // A step that does not apply here has needs that cannot be checked.
    if (skip.has(later.id) || (await skipReasonOf(later, context)) !== undefined) continue;
    if (!(await needsOneOf(later, without, context))) continue;
    without.add(later.id);
    dependents.push(later);
  }
  return dependents;
}

async function needsOneOf<Context>(
  { needs }: Step<Context>,
  without: ReadonlySet<string>,
  context: Context,
): Promise<boolean> {
  for (const need of needs) if (without.has(need.step) && !(await holds(need, context))) return true;
  return false;
}

/**
 * Returns whether a need is met. A need that cannot be checked, for the same reason for which the step failed, is not
 * met.
 */
async function holds<Context>(need: Step<Context>['needs'][number], context: Context): Promise<boolean> {
  try {
    return await need.holds(context);
  } catch (error) {
    // A bug is not a problem of the system: `asProblem` throws it.
    asProblem(error);
    return false;
  }
}

async function skipReasonOf<Context>(step: Step<Context>, context: Context): Promise<string | undefined> {
  try {
    return await step.skipReason?.(context);
  } catch (error) {
    asProblem(error);
    return undefined;
  }
}
