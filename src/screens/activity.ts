import type { RolloutState, StepState } from '../domain/reducer.ts';

/**
 * Returns what erp-deploy is doing now, so that the operator knows the reason for the wait; null if no step is being
 * checked or run.
 */
export function activityText(rollout: RolloutState): string | null {
  const { steps, waitsFor } = rollout;
  if (waitsFor !== null) return waitsFor.text;
  const running = steps.find(({ state }) => state === 'running');
  if (running !== undefined) return runningText(running);
  const checked = steps.find((step) => isUnchecked(step, rollout));
  if (checked === undefined) return null;
  return `checking ${checked.id}`;
}

/** Whether the step is not planned yet, or not even compared with the journal. */
function isUnchecked({ state, planned, status }: StepState, { started, steps }: RolloutState): boolean {
  if (state !== 'waiting' || planned !== null) return false;
  const isCompared = started?.resumes === true && steps.every((step) => step.planned === null);
  return !isCompared || status === null;
}

function runningText({ id, change, progress }: StepState): string {
  if (change !== null) return `${id}: ${change.summary}`;
  const group = progress.find(({ done, total }) => done < total);
  return group === undefined
    ? `checking ${id}`
    : `checking ${id}: ${group.name} ${group.done}/${group.total}`;
}
