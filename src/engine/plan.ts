import type { PlannedChange } from '../domain/change.ts';
import type { StepId } from '../domain/phase.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import type { CheckResult, Need, Step } from '../domain/step.ts';
import { asProblem } from './faults.ts';

/** What a step would do to the world as it is. */
export type StepPlan<Context> = { readonly step: Step<Context> } & (
  | { readonly state: 'satisfied'; readonly summary: string }
  | {
      readonly state: 'change';
      readonly changes: readonly PlannedChange[];
      readonly look: Extract<CheckResult, { state: 'missing' }>;
    }
  | { readonly state: 'skipped'; readonly reason: string }
  | {
      readonly state: 'blocked';
      readonly problem: Problem;
      /** The blocked step that would make what this one needs: what is wrong there is all that is to be mended. */
      readonly behind?: StepId;
    }
);

/**
 * Looks at every selected step and previews what is missing. Changes nothing.
 * @param skip reasons for steps that a person left out
 */
export async function makePlan<Context>(
  steps: readonly Step<Context>[],
  skip: ReadonlyMap<string, string>,
  context: Context,
  signal: AbortSignal,
  tell: (plan: StepPlan<Context>) => void,
): Promise<readonly StepPlan<Context>[]> {
  const plans: StepPlan<Context>[] = [];
  for (const step of steps) {
    signal.throwIfAborted();
    const plan = await planStep(step, skip.get(step.id), context, plans);
    plans.push(plan);
    tell(plan);
  }
  return plans;
}

async function planStep<Context>(
  step: Step<Context>,
  leftOut: string | undefined,
  context: Context,
  before: readonly StepPlan<Context>[],
): Promise<StepPlan<Context>> {
  const reason = leftOut ?? (await step.skipReason?.(context));
  if (reason !== undefined) return { step, state: 'skipped', reason };
  const planned = (need: Need<Context>) => before.find((plan) => plan.step.id === need.step)?.state;
  const blocked = (problem: Problem, needs: readonly Need<Context>[]): StepPlan<Context> => {
    const behind = needs.find((need) => planned(need) === 'blocked')?.step;
    return { step, state: 'blocked', problem, ...(behind === undefined ? {} : { behind }) };
  };
  try {
    const unmet = await unmetNeeds(step, context);
    // A run verifies a satisfied step as well, and what it records then opens a gate.
    const willBeMet = (need: Need<Context>) =>
      planned(need) === 'change' || (need.gate === true && planned(need) === 'satisfied');
    const impossible = unmet.filter((need) => !willBeMet(need));
    const alone = impossible.find((need) => planned(need) !== 'blocked');
    if (alone !== undefined) {
      // Several steps have the same gate: the first of them reports that it is closed.
      const first = before.find((plan) => plan.state === 'blocked' && plan.step.needs.includes(alone));
      const behind = alone.gate === true && first !== undefined ? { behind: first.step.id } : {};
      return { ...blocked(needProblem(step, alone), []), ...behind };
    }
    if (impossible[0] !== undefined) return blocked(needProblem(step, impossible[0]), impossible);
    const ahead = unmet.filter(({ gate }) => gate !== true);
    if (ahead.length > 0) return await planAhead(step, ahead, context);
    return await planByLooking(step, context, before);
  } catch (error) {
    return blocked(asProblem(error), step.needs);
  }
}

/** What a step needs will be made by this very roll-out: until then there is nothing to look at. */
async function planAhead<Context>(
  step: Step<Context>,
  unmet: readonly Need<Context>[],
  context: Context,
): Promise<StepPlan<Context>> {
  const changes = (await step.foresee?.(context)) ?? [];
  if ('code' in changes) return { step, state: 'blocked', problem: changes };
  const findings = unmet.map((need) => ({
    what: need.what,
    wanted: `made by ${need.step}`,
    found: 'not yet',
  }));
  return { step, state: 'change', changes, look: { state: 'missing', findings } };
}

async function planByLooking<Context>(
  step: Step<Context>,
  context: Context,
  before: readonly StepPlan<Context>[],
): Promise<StepPlan<Context>> {
  const look = await step.check(context);
  if (look.state === 'satisfied') return { step, state: 'satisfied', summary: look.summary };
  if (look.state === 'blocked') return { step, state: 'blocked', problem: look.problem };
  // What tells of looks or changes that are still to come cannot be told exactly before them.
  const reports = typeof step.reports === 'function' ? await step.reports(context) : step.reports;
  const early =
    reports === 'looks' || (reports === 'changes' && before.some(({ state }) => state === 'change'));
  const changes = early ? ((await step.foresee?.(context)) ?? []) : await step.preview(context);
  return 'code' in changes
    ? { step, state: 'blocked', problem: changes }
    : { step, state: 'change', changes, look };
}

/** What the step needs and does not have now. */
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
    what: `Step ${step.id} needs what step ${need.step} makes: ${need.what}.`,
    why: 'It is not so now, and no choice of steps waives it.',
    todo: [`Run it as well: erp-deploy --from ${need.step} --until ${step.id}`],
    exit: exitCodes.prerequisite,
  };
}
