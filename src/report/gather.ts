import type { Outcome } from '../domain/events.ts';
import { itemsLeft, outcomeText } from '../domain/outcome-text.ts';
import type { RolloutState, StepState } from '../domain/reducer.ts';

/** The part of a rollout that one process ran, folded from its log. */
export interface Run {
  readonly state: RolloutState;
  /** Times of its first and last event, in milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
}

/** The runs of one rollout, oldest first. */
export type Runs = readonly [Run, ...Run[]];

/** Returns every step that a run selected, in checklist order, with its result over all runs. */
export function stepsOf(runs: Runs): readonly StepState[] {
  const steps = new Map<string, StepState>();
  for (const { state } of runs) {
    for (const step of state.steps) steps.set(step.id, latestOf(steps.get(step.id), step));
  }
  return [...steps.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** Returns the later result, unless that run did not start the step, or found it done already. */
function latestOf(before: StepState | undefined, now: StepState): StepState {
  if (before === undefined) return now;
  const reached = now.state !== 'waiting' && (now.state !== 'stopped' || now.startedAt !== null);
  if (!reached) return before;
  const adds = now.state !== 'already' && now.state !== 'skipped';
  return adds || before.state !== 'done' ? now : before;
}

/** Returns the number of steps for each outcome, and of the checklist items left. */
export function countsOf(steps: readonly StepState[], left: number): readonly string[] {
  const outcomes: readonly Outcome[] = ['done', 'already', 'skipped', 'failed', 'stopped'];
  return [
    ...outcomes.flatMap((outcome) => {
      const count = steps.filter(({ state }) => state === outcome).length;
      return count === 0 ? [] : [`${count} ${outcomeText(outcome, 'not started').word}`];
    }),
    ...(left === 0 ? [] : [itemsLeft(left)]),
  ];
}

/** Returns the time of the work of all runs in milliseconds: without the time between them, and for answers. */
export function timeSpent(runs: Runs): number {
  return runs.reduce((sum, { from, until, state }) => sum + until - from - (state.finished?.waited ?? 0), 0);
}

/** Returns the milliseconds that the rollout had run at a time. */
export function timeInto(runs: Runs, at: number): number {
  return runs.reduce((sum, { from, until }) => sum + Math.max(Math.min(at, until) - from, 0), 0);
}
