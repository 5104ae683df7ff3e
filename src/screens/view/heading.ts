import { columnsOf, fittedEnd } from '../columns.ts';
import type { WizardState } from '../state.ts';
import { phaseCount } from '../step-list/list-rows.ts';
import { clockOf } from '../theme.ts';

/** Returns the two ends of the first line: where and with what, and how far the rollout is. */
export function headingOf(state: WizardState): { readonly left: string; readonly right: string } {
  const { rollout, now, ui } = state;
  const { started, finished, steps } = rollout;
  if (started === null) {
    return { left: 'erp-deploy', right: ui.mode.type === 'setup' ? 'setup' : 'checking …' };
  }
  const { done, of } = phaseCount(steps);
  const until = finished === null ? now : Date.parse(finished.at);
  const clock = clockOf(until - Date.parse(started.at));
  const right = `${activityOf(state)}${clock}  ${done}/${of}`;
  const [before, behind] = ['erp-deploy  ', ` · engine ${started.engine}`];
  // A blank more than the frame itself keeps between the two.
  const room = state.size.columns - 4 - columnsOf(before + behind + right);
  return { left: `${before}${fittedEnd(started.workspace, room)}${behind}`, right };
}

/** Returns what the engine does before there is a plan, what needs an answer, or the pause or stop that was requested. */
function activityOf({ rollout, ui }: WizardState): string {
  if (ui.stopping) return 'stopping …  ';
  if (ui.question?.type === 'confirm-plan') return `${counted(ui.question.changes)} planned  `;
  const isPlanning = rollout.steps.some(({ state, planned }) => state === 'waiting' && planned === null);
  if (isPlanning && ui.question === null) return 'checking …  ';
  if (!ui.paused) return '';
  return rollout.steps.some(({ state }) => state === 'running') ? 'pausing  ' : 'paused  ';
}

function counted(changes: number): string {
  return changes === 1 ? '1 change' : `${changes} changes`;
}
