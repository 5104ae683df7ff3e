import { activityText } from '../activity.ts';
import { columnsOf, fitted, fittedEnd } from '../columns.ts';
import type { WizardState } from '../state.ts';
import { phaseCount } from '../step-list/list-rows.ts';
import { clockOf } from '../theme.ts';
import { workBetween } from '../waits.ts';

/**
 * Returns the first line in two parts: workspace and engine on the left, the progress of the rollout on the right.
 */
export function headingOf(state: WizardState): { readonly left: string; readonly right: string } {
  const { rollout, now, ui, waits } = state;
  const { started, finished, steps } = rollout;
  if (started === null) {
    return { left: 'erp-deploy', right: ui.mode.type === 'setup' ? 'setup' : busyText(state) };
  }
  const { done, of } = phaseCount(steps);
  const until = finished === null ? now : Date.parse(finished.at);
  const clock = clockOf(workBetween(Date.parse(started.at), until, waits));
  const right = `${activityOf(state)}${clock}  ${done}/${of}`;
  const [before, behind] = ['erp-deploy  ', ` · engine ${started.engine}`];
  // A blank more than the frame itself keeps between the two.
  const room = state.size.columns - 4 - columnsOf(before + behind + right);
  return { left: `${before}${fittedEnd(started.workspace, room)}${behind}`, right };
}

/**
 * Returns the status in the header: the activity before there is a plan, what needs an answer, or the pause or stop
 * that was requested.
 */
function activityOf(state: WizardState): string {
  const { rollout, ui } = state;
  if (ui.stopping) return 'stopping …  ';
  if (ui.notice !== null) return `${ui.notice}  `;
  if (ui.isFiltering || ui.filter !== '') return `/${ui.filter}${ui.isFiltering ? '▏' : ''}  `;
  const isRunning = rollout.steps.some((step) => step.state === 'running');
  if (ui.paused) return isRunning ? 'pausing  ' : 'paused  ';
  if (ui.question !== null || rollout.finished !== null || (isRunning && rollout.waitsFor === null))
    return '';
  return `${busyText(state)}  `;
}

/** Returns what erp-deploy is doing and, after two seconds, for how long: meanwhile, a key may have no effect. */
function busyText({ rollout, now }: WizardState): string {
  const { lastAt } = rollout;
  const seconds = lastAt === null ? 0 : Math.floor((now - Date.parse(lastAt)) / 1000);
  const text = fitted(activityText(rollout) ?? 'checking', 28).trimEnd();
  return seconds < 2 ? `${text} …` : `${text} … ${seconds} s`;
}
