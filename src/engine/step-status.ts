import type { RolloutEvent } from '../domain/events.ts';
import type { StepId } from '../domain/phase.ts';
import { type ExitCode, exitCodes, type Problem } from '../domain/problem.ts';
import type { CheckResult, Finding, Need, Step } from '../domain/step.ts';
import { asProblem } from './faults.ts';
import type { Recorded } from './journal.ts';
import { unmetNeeds } from './missing-needs.ts';

/**
 * `open`: never done; `drifted`: was done, but no longer is; `blocked`: was done, but a step on which it depends is
 * not; `unseen`: was done, but could not be checked; `recorded`: from the journal only.
 */
export type StepStatusState = Extract<RolloutEvent, { type: 'step.status' }>['state'];

export interface StepStatus {
  readonly state: StepStatusState;
  readonly summary: string;
  readonly findings?: readonly Finding[];
  /** The earliest step that has to be done again before this one can be checked; set if the state is `blocked`. */
  readonly blockedBy?: StepId;
  /** Why the check failed. */
  readonly problem?: Problem;
}

/** Checks steps in checklist order. Changes nothing. */
export class StatusCheck<Context> {
  readonly #context: Context;
  readonly #recorded: Recorded;
  readonly #before: readonly Context[];
  /** The results so far. */
  readonly #known = new Map<StepId, { readonly state: StepStatusState; readonly needs: readonly StepId[] }>();

  /**
   * @param before the same context without the migrations that the user added later: a step that is still done there
   * has not drifted, but has to run again
   */
  constructor(context: Context, recorded: Recorded, before: readonly Context[] = []) {
    this.#context = context;
    this.#recorded = recorded;
    this.#before = before;
  }

  /** Returns whether a step is still as the journal says. */
  async of(step: Step<Context>, leftOut?: string): Promise<StepStatus> {
    const { unmet, ...status } = await this.#checked(step, leftOut);
    const needs = step.needs.map((need) => need.step);
    const isBlocked = status.state === 'drifted' && unmet !== undefined;
    this.#known.set(step.id, { state: isBlocked ? 'blocked' : status.state, needs });
    if (!isBlocked) return status;
    const blockedBy = this.#earliest(unmet);
    return { state: 'blocked', summary: `by ${blockedBy}: ${status.summary}`, blockedBy };
  }

  async #checked(step: Step<Context>, leftOut: string | undefined): Promise<StepStatus & Unmet> {
    const status = await statusIn(step, [this.#context], this.#recorded, leftOut);
    if (status.state !== 'drifted' || this.#before.length === 0) return status;
    const without = await statusIn(step, [this.#context, ...this.#before], this.#recorded, leftOut);
    if (without.state !== 'true') return without;
    return { state: 'open', summary: `${without.summary}; pending migrations make it run again` };
  }

  /**
   * Returns the earliest step, among this one and those on which it depends, that is no longer done for a reason of its
   * own.
   */
  #earliest(step: StepId): StepId {
    const { needs = [] } = this.#known.get(step) ?? {};
    const causes = needs.filter((need) => broken.includes(this.#known.get(need)?.state ?? 'true'));
    return [step, ...causes.map((need) => this.#earliest(need))].sort()[0] ?? step;
  }
}

const broken: readonly StepStatusState[] = ['drifted', 'blocked', 'unseen'];

/** The step whose result a check would need, and that is not done. */
interface Unmet {
  readonly unmet?: StepId;
}

/**
 * Checks a step in several contexts.
 * @param contexts each need has to be met in one of them, and the check to be satisfied in one of them; otherwise the
 * findings in the last context are returned
 */
async function statusIn<Context>(
  step: Step<Context>,
  contexts: readonly [Context, ...Context[]],
  recorded: Recorded,
  leftOut: string | undefined,
): Promise<StepStatus & Unmet> {
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
    if (unmet !== undefined)
      return { state: undone, summary: `needs ${unmet.what} (${unmet.step})`, unmet: unmet.step };
    const check = await checkIn(step, contexts);
    if (check.state === 'satisfied') return { state: 'true', summary: check.summary };
    if (check.state === 'blocked') return failedCheck(check.problem, undone);
    const summary = check.findings.map(({ what, actual: found }) => `${what}: ${found}`).join('; ');
    return { state: undone, summary, findings: check.findings };
  } catch (error) {
    return failedCheck(asProblem(error), undone);
  }
}

async function checkIn<Context>(
  step: Step<Context>,
  [first, ...rest]: readonly [Context, ...Context[]],
): Promise<CheckResult> {
  let check = await step.check(first);
  for (const context of rest) {
    if (check.state === 'satisfied') return check;
    check = await step.check(context);
  }
  return check;
}

/** Exit codes of checks that did not finish, which shows no drift: a host may be unreachable, for example. */
const unfinished: readonly ExitCode[] = [exitCodes.prerequisite, exitCodes.stepFailed, exitCodes.locked];

function failedCheck(problem: Problem, undone: StepStatusState): StepStatus {
  const state = undone === 'drifted' && unfinished.includes(problem.exit) ? 'unseen' : undone;
  return { state, summary: problem.what, problem };
}
