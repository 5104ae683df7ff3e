import type { PlannedChange } from '../domain/change.ts';
import type { StepId } from '../domain/phase.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import type { CheckResult, Need, Step } from '../domain/step.ts';
import { asProblem } from './faults.ts';

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
      /** The blocked step that this one depends on: fixing its problem is enough. */
      readonly behind?: StepId;
    }
);

/**
 * Checks every selected step and previews what is missing. Changes nothing.
 * @param skip the reason for each step that the operator skips
 * @param report receives each step's plan as soon as it is made
 */
export async function makePlan<Context>(
  steps: readonly Step<Context>[],
  skip: ReadonlyMap<string, string>,
  context: Context,
  signal: AbortSignal,
  report: (plan: StepPlan<Context>) => void,
): Promise<readonly StepPlan<Context>[]> {
  const plans: StepPlan<Context>[] = [];
  for (const step of steps) {
    signal.throwIfAborted();
    const plan = await planStep(step, skip.get(step.id), context, plans);
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
    // A run also verifies satisfied steps, and a gate opens once that is recorded.
    const willBeMet = (need: Need<Context>) =>
      planned(need) === 'change' || (need.gate === true && planned(need) === 'satisfied');
    const impossible = unmet.filter((need) => !willBeMet(need));
    const unplanned = impossible.find((need) => planned(need) !== 'blocked');
    if (unplanned !== undefined) {
      // Several steps have the same gate: the first of them reports that it is closed.
      const first = before.find((plan) => plan.state === 'blocked' && plan.step.needs.includes(unplanned));
      const behind = unplanned.gate === true && first !== undefined ? { behind: first.step.id } : {};
      return { ...blocked(needProblem(step, unplanned), []), ...behind };
    }
    if (impossible[0] !== undefined) return blocked(needProblem(step, impossible[0]), impossible);
    const ahead = unmet.filter(({ gate }) => gate !== true);
    if (ahead.length > 0) return await planAhead(step, ahead, context);
    return await planByCheck(step, context, before);
  } catch (error) {
    return blocked(asProblem(error), step.needs);
  }
}

/** Plans a step whose needs this rollout will meet: until then there is nothing to check. */
async function planAhead<Context>(
  step: Step<Context>,
  unmet: readonly Need<Context>[],
  context: Context,
): Promise<StepPlan<Context>> {
  const changes = (await step.foresee?.(context)) ?? [];
  if ('code' in changes) return { step, state: 'blocked', problem: changes };
  const findings = unmet.map((need) => ({
    what: need.what,
    wanted: `depends on ${need.step}`,
    found: 'not run yet',
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
    reports === 'looks' || (reports === 'changes' && before.some(({ state }) => state === 'change'));
  const changes = early ? ((await step.foresee?.(context)) ?? []) : await step.preview(context);
  return 'code' in changes
    ? { step, state: 'blocked', problem: changes }
    : { step, state: 'change', changes, check };
}

/** Returns the needs of the step that are not met now. */
export async function unmetNeeds<Context>(
  step: Step<Context>,
  context: Context,
): Promise<readonly Need<Context>[]> {
  const held = await Promise.all(step.needs.map((need) => need.holds(context)));
  return step.needs.filter((_, index) => held[index] !== true);
}

export function needProblem<Context>(step: Step<Context>, need: Need<Context>): Problem {
  return {
    code: 'ERP-0301',
    what: `Step ${step.id} depends on step ${need.step}: ${need.what}.`,
    why: 'That step is not complete, and step selection cannot bypass it.',
    todo: [`Run both steps: erp-deploy --from ${need.step} --until ${step.id}`],
    exit: exitCodes.prerequisite,
  };
}
