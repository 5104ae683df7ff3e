import type { RolloutState, StepState } from '../domain/reducer.ts';

/**
 * Returns what erp-deploy does at the moment, for the operator to know what they wait for; null if no step is checked
 * or run.
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

/** Whether the step is still to be planned, or to be compared with the journal before that. */
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
