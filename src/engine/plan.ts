import type { PlannedChange } from '../domain/change.ts';
import type { StepId } from '../domain/phase.ts';
import type { Problem } from '../domain/problem.ts';
import type { CheckResult, Need, Step } from '../domain/step.ts';
import { asProblem } from './faults.ts';
import { missingNeeds, needProblem, type StepScope, unmetNeeds } from './missing-needs.ts';
import { untilStopped } from './until-stopped.ts';

/** The plan of one step, made from the actual state. */
export type StepPlan<Context> = { readonly step: Step<Context> } & (
  | { readonly state: 'satisfied'; readonly summary: string }
  | {
      readonly state: 'change';
      readonly changes: readonly PlannedChange[];
      readonly check: Extract<CheckResult, { state: 'missing' }>;
    }
  | { readonly state: 'skipped'; readonly reason: string }
  | {
      readonly state: 'blocked';
      readonly problem: Problem;
      /** The blocked step on which this step depends. If its problem is fixed, this step is no longer blocked. */
      readonly behind?: StepId;
      /** The earliest step that is missing and not selected. */
      readonly missing?: StepId;
    }
);

/**
 * Checks every selected step, and previews the changes for what is missing. Changes nothing.
 * @param skip the reason for each step that the operator skips
 * @param report receives each step's plan as soon as it is made
 * @param all every step, to find the steps on which the selected ones depend
 */
export async function makePlan<Context>(
  steps: readonly Step<Context>[],
  skip: ReadonlyMap<string, string>,
  context: Context,
  signal: AbortSignal,
  report: (plan: StepPlan<Context>) => void,
  all: readonly Step<Context>[] = steps,
): Promise<readonly StepPlan<Context>[]> {
  const plans: StepPlan<Context>[] = [];
  const goal = steps.findLast(({ id }) => !skip.has(id))?.id;
  for (const step of steps) {
    signal.throwIfAborted();
    const scope = { all, goal: goal ?? step.id };
    const plan = await untilStopped(signal, planStep(step, skip.get(step.id), context, plans, scope));
    plans.push(plan);
    report(plan);
  }
  return plans;
}

async function planStep<Context>(
  step: Step<Context>,
  skippedBy: string | undefined,
  context: Context,
  before: readonly StepPlan<Context>[],
  scope: StepScope<Context>,
): Promise<StepPlan<Context>> {
  const reason = skippedBy ?? (await step.skipReason?.(context));
  if (reason !== undefined) return { step, state: 'skipped', reason };
  const planned = (need: Need<Context>) => before.find((plan) => plan.step.id === need.step)?.state;
  const blocked = (problem: Problem, needs: readonly Need<Context>[]): StepPlan<Context> => {
    const behind = needs.find((need) => planned(need) === 'blocked')?.step;
    return { step, state: 'blocked', problem, ...(behind === undefined ? {} : { behind }) };
  };
  try {
    const unmet = await unmetNeeds(step, context);
    // A run also verifies satisfied steps; a need for such a step is met as soon as that is recorded.
    const willBeMet = (need: Need<Context>) =>
      planned(need) === 'change' || (need.gate === true && planned(need) === 'satisfied');
    const impossible = unmet.filter((need) => !willBeMet(need));
    const unplanned = impossible.filter((need) => planned(need) !== 'blocked');
    if (unplanned.length > 0) return await missingStep(step, unplanned, context, before, scope);
    const [first] = impossible;
    if (first !== undefined) return blocked(needProblem(step, [first], scope.goal), impossible);
    const ahead = unmet.filter(({ gate }) => gate !== true);
    if (ahead.length > 0) return await planAhead(step, ahead, context);
    return await planByCheck(step, context, before);
  } catch (error) {
    return blocked(asProblem(error), step.needs);
  }
}

/** Blocks a step that depends on a step that is not selected; if several do, only the first reports it. */
async function missingStep<Context>(
  step: Step<Context>,
  unmet: readonly Need<Context>[],
  context: Context,
  before: readonly StepPlan<Context>[],
  { all, goal }: StepScope<Context>,
): Promise<StepPlan<Context>> {
  const [first, ...more] = await missingNeeds(unmet, all, context);
  if (first === undefined) throw new Error(`step ${step.id} has no unmet need`);
  const known = before.find((plan) => plan.state === 'blocked' && plan.missing === first.step);
  return {
    step,
    state: 'blocked',
    problem: needProblem(step, [first, ...more], goal),
    missing: first.step,
    ...(known === undefined ? {} : { behind: known.step.id }),
  };
}

/** Plans a step whose needs this rollout will meet. Before they are met, there is nothing to check. */
async function planAhead<Context>(
  step: Step<Context>,
  unmet: readonly Need<Context>[],
  context: Context,
): Promise<StepPlan<Context>> {
  const changes = (await step.foresee?.(context)) ?? [];
  if ('code' in changes) return { step, state: 'blocked', problem: changes };
  const findings = unmet.map((need) => ({
    what: need.what,
    expected: `depends on ${need.step}`,
    actual: 'not run yet',
  }));
  return { step, state: 'change', changes, check: { state: 'missing', findings } };
}

async function planByCheck<Context>(
  step: Step<Context>,
  context: Context,
  before: readonly StepPlan<Context>[],
): Promise<StepPlan<Context>> {
  const check = await step.check(context);
  if (check.state === 'satisfied') return { step, state: 'satisfied', summary: check.summary };
  if (check.state === 'blocked') return { step, state: 'blocked', problem: check.problem };
  // Changes that depend on the results of earlier steps are not known exactly before those steps have run.
  const reports = typeof step.reports === 'function' ? await step.reports(context) : step.reports;
  const early =
    reports === 'checks' || (reports === 'changes' && before.some(({ state }) => state === 'change'));
  const changes = early ? ((await step.foresee?.(context)) ?? []) : await step.preview(context);
  return 'code' in changes
    ? { step, state: 'blocked', problem: changes }
    : { step, state: 'change', changes, check };
}
