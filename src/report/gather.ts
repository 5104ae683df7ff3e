import type { Outcome } from '../domain/events.ts';
import type { RolloutState, StepState } from '../domain/reducer.ts';

/** What one process did of a roll-out, folded from its log. */
export interface Run {
  readonly state: RolloutState;
  /** Of its first event and of its last, in milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
}

/** The runs of one roll-out, the oldest first. */
export type Runs = readonly [Run, ...Run[]];

/** Every step that a run was asked for, in the checklist's order, by what the roll-out came to with it. */
export function stepsOf(runs: Runs): readonly StepState[] {
  const steps = new Map<string, StepState>();
  for (const { state } of runs) {
    for (const step of state.steps) steps.set(step.id, cameTo(steps.get(step.id), step));
  }
  return [...steps.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** A later run counts, unless it did not come to the step, or found nothing left to do there. */
function cameTo(before: StepState | undefined, now: StepState): StepState {
  if (before === undefined) return now;
  const reached = now.state !== 'waiting' && (now.state !== 'stopped' || now.startedAt !== null);
  if (!reached) return before;
  const adds = now.state !== 'already' && now.state !== 'skipped';
  return adds || before.state !== 'done' ? now : before;
}

/** Steps for each outcome, in words, and the boxes that they leave open. */
export function countsOf(steps: readonly StepState[]): readonly string[] {
  const outcomes: readonly Outcome[] = ['done', 'already', 'skipped', 'failed', 'stopped'];
  const open = steps.reduce((sum, step) => sum + step.open.length, 0);
  return [
    ...outcomes.map((outcome) => [steps.filter(({ state }) => state === outcome).length, outcome] as const),
    [open, 'boxes open'] as const,
  ].flatMap(([count, words]) => (count > 0 ? [`${count} ${words}`] : []));
}

/** How long all of it took, in milliseconds; the time between two runs is none of it. */
export function timeSpent(runs: Runs): number {
  return runs.reduce((sum, { from, until }) => sum + until - from, 0);
}

/** How far the roll-out was at a time, in milliseconds. */
export function timeInto(runs: Runs, at: number): number {
  return runs.reduce((sum, { from, until }) => sum + Math.max(Math.min(at, until) - from, 0), 0);
}
