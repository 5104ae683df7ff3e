import { sameCommand } from '../domain/command-text.ts';
import type { StepId } from '../domain/phase.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import type { Need, Step } from '../domain/step.ts';

/** The steps that a plan or a run belongs to. */
export interface StepScope<Context> {
  /** Every step, selected or not, in checklist order. */
  readonly all: readonly Step<Context>[];
  /** The last selected step: what the operator wants to reach. */
  readonly goal: StepId;
}

/** Returns the needs of the step that are not met now. */
export async function unmetNeeds<Context>(
  step: Step<Context>,
  context: Context,
): Promise<readonly Need<Context>[]> {
  const held = await Promise.all(step.needs.map((need) => need.holds(context)));
  return step.needs.filter((_, index) => held[index] !== true);
}

/**
 * Returns the given needs and, recursively, the needs of the steps that they name: one for each step, in checklist
 * order, so that the step to run first comes first.
 */
export async function missingNeeds<Context>(
  unmet: readonly Need<Context>[],
  all: readonly Step<Context>[],
  context: Context,
): Promise<readonly Need<Context>[]> {
  const missing = new Map<StepId, Need<Context>>();
  const left = [...unmet];
  for (let need = left.shift(); need !== undefined; need = left.shift()) {
    if (missing.has(need.step)) continue;
    missing.set(need.step, need);
    const step = all.find(({ id }) => id === need?.step);
    if (step === undefined || (await step.skipReason?.(context)) !== undefined) continue;
    left.push(...(await unmetNeeds(step, context)));
  }
  return [...missing.values()].sort((one, other) => one.step.localeCompare(other.step));
}

/**
 * Returns the problem of a step that cannot start. The problem names the earliest step that is missing, and one command
 * that reaches the goal.
 * @param missing as `missingNeeds` returns them
 */
export function needProblem<Context>(
  step: Step<Context>,
  [first, ...more]: readonly [Need<Context>, ...Need<Context>[]],
  goal: StepId,
): Problem {
  const also = more.length === 0 ? '' : ` Also not complete: ${more.map((need) => need.step).join(', ')}.`;
  return {
    code: 'ERP-0301',
    what: `Step ${step.id} depends on step ${first.step}: ${first.what}.`,
    why: `Step ${first.step} is not complete, and step selection cannot bypass it.${also}`,
    todo: [
      {
        text: 'Run everything from that step on',
        command: ['erp-deploy', 'run', '--from', first.step, '--until', goal],
      },
      ...[first, ...more].flatMap(({ step: needed, waivedBy }) =>
        waivedBy === undefined
          ? []
          : [{ text: `Or go on without step ${needed}`, command: sameCommand(...waivedBy) }],
      ),
    ],
    exit: exitCodes.prerequisite,
  };
}
