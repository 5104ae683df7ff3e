import type { RolloutEvent } from '../domain/events.ts';
import { type ExitCode, exitCodes, type Problem } from '../domain/problem.ts';
import type { CheckResult, Finding, Need, Step } from '../domain/step.ts';
import { asProblem } from './faults.ts';
import type { Recorded } from './journal.ts';
import { unmetNeeds } from './plan.ts';

/**
 * `open`: never done; `drifted`: done once, and not so any more; `unseen`: done once, and nobody could look; `recorded`:
 * told by the journal alone.
 */
export type StepStatusState = Extract<RolloutEvent, { type: 'step.status' }>['state'];

export interface StepStatus {
  readonly state: StepStatusState;
  readonly summary: string;
  /** What was looked for and is not as it should be. */
  readonly findings?: readonly Finding[];
  /** What stands in the way, in full. */
  readonly problem?: Problem;
}

/** What the journal says of a step; nothing is looked at. */
export function recordedStatus(step: Step<never>, recorded: Recorded): StepStatus {
  const last = recorded.lastVerified(step.id);
  return last === undefined
    ? { state: 'open', summary: 'not in the journal' }
    : { state: 'recorded', summary: `${last.summary} (seen ${last.at})` };
}

/**
 * Whether what the journal says of a step is still so. Changes nothing.
 * @param before the same without what the user added since and a run would apply: a step that is still done there has
 * not drifted, it is to be run again
 */
export async function lookedStatus<Context>(
  step: Step<Context>,
  context: Context,
  recorded: Recorded,
  leftOut: string | undefined,
  before: readonly Context[] = [],
): Promise<StepStatus> {
  const status = await statusIn(step, [context], recorded, leftOut);
  if (status.state !== 'drifted' || before.length === 0) return status;
  const without = await statusIn(step, [context, ...before], recorded, leftOut);
  if (without.state !== 'true') return without;
  return { state: 'open', summary: `${without.summary}; pending migrations make it run again` };
}

/** @param contexts a need has to hold in one of them, and the check to be satisfied in one; the last one explains */
async function statusIn<Context>(
  step: Step<Context>,
  contexts: readonly [Context, ...Context[]],
  recorded: Recorded,
  leftOut: string | undefined,
): Promise<StepStatus> {
  const [context] = contexts;
  const reason = leftOut ?? (await step.skipReason?.(context));
  if (reason !== undefined) return { state: 'skipped', summary: reason };
  const undone: StepStatusState = recorded.lastVerified(step.id) === undefined ? 'open' : 'drifted';
  try {
    const unmetIn: (readonly Need<Context>[])[] = [];
    for (const one of contexts) unmetIn.push(await unmetNeeds(step, one));
    const unmet = step.needs.find(
      (need) => need.gate !== true && unmetIn.every((some) => some.includes(need)),
    );
    if (unmet !== undefined) return { state: undone, summary: `needs ${unmet.what} (${unmet.step})` };
    const look = await lookIn(step, contexts);
    if (look.state === 'satisfied') return { state: 'true', summary: look.summary };
    if (look.state === 'blocked') return told(look.problem, undone);
    const summary = look.findings.map(({ what, found }) => `${what}: ${found}`).join('; ');
    return { state: undone, summary, findings: look.findings };
  } catch (error) {
    return told(asProblem(error), undone);
  }
}

async function lookIn<Context>(
  step: Step<Context>,
  [first, ...rest]: readonly [Context, ...Context[]],
): Promise<CheckResult> {
  let look = await step.check(first);
  for (const context of rest) {
    if (look.state === 'satisfied') return look;
    look = await step.check(context);
  }
  return look;
}

/** A look that came to no end says nothing of what was done: a host that nobody reaches has not drifted. */
const cameToNoEnd: readonly ExitCode[] = [exitCodes.prerequisite, exitCodes.stepFailed, exitCodes.locked];

function told(problem: Problem, undone: StepStatusState): StepStatus {
  const state = undone === 'drifted' && cameToNoEnd.includes(problem.exit) ? 'unseen' : undone;
  return { state, summary: problem.what, problem };
}
