import { commandLine } from '../domain/command-text.ts';
import type { Outcome } from '../domain/events.ts';
import type { StepState } from '../domain/reducer.ts';
import { html, type Markup, nothing } from './html.ts';
import type { ReportData } from './report-data.ts';
import { localTime } from './times.ts';

/** Returns what the rollout came to, in a sentence or two, and the color of it. */
export function outcomeOf(
  data: ReportData,
  steps: readonly StepState[],
): { readonly state: Outcome; readonly text: string } {
  const { runs, rollback, isUnfinished } = data;
  const { finished } = (runs.at(-1) ?? runs[0]).state;
  if (rollback !== null) {
    const undone = rollback.isWhole ? 'Undone by a rollback' : 'Partly undone by a rollback';
    return {
      state: 'stopped',
      text: `${undone} at ${localTime(rollback.at)}. This report shows the state before it.`,
    };
  }
  const reached = reachedBy(data, steps);
  const failed = steps.find(({ state }) => state === 'failed');
  if (failed !== undefined) {
    return { state: 'failed', text: `Failed in step ${failed.id} ${failed.title}. ${reached}` };
  }
  if (finished !== null && finished.exit !== 0) {
    return { state: 'failed', text: `Stopped with exit code ${finished.exit}. ${reached}` };
  }
  return finished === null || isUnfinished
    ? { state: 'stopped', text: `Not finished. ${reached}` }
    : { state: 'done', text: reached };
}

function reachedBy({ evidenceOf, made }: ReportData, steps: readonly StepState[]): string {
  const holds = (id: string) =>
    steps.some((step) => step.id === id && ['done', 'already'].includes(step.state));
  if (holds('3.3')) {
    const at = evidenceOf(holds('3.4') ? '3.4' : '3.3')?.at;
    const when = at === undefined ? '' : ` at ${localTime(at)}`;
    const where = made?.production == null ? 'production' : made.production;
    return `Deployed to ${where}${when}, ${holds('3.4') ? 'verified' : 'not verified'}.`;
  }
  const version = evidenceOf('2.1')?.evidence.flatMap(({ facts }) => facts?.version ?? [])[0];
  const on = version === undefined ? '' : ` on PostgreSQL ${version}`;
  return `Not deployed to production. ${holds('2.3') ? `Tested locally${on}.` : 'Not tested locally.'}`;
}

/** Returns who made the rollout, where, and when. */
export function madePart({ runs, made }: ReportData): Markup {
  const { started } = (runs.at(-1) ?? runs[0]).state;
  const first = runs[0].state.started?.at;
  const rows: readonly (readonly [string, string])[] = [
    ['Operator', made?.by.join(', ') ?? ''],
    ['Started', first === undefined ? '' : localTime(first)],
    ['Ended', localTime(new Date(runs.at(-1)?.until ?? runs[0].until).toISOString())],
    ['Workspace', started?.workspace ?? ''],
    ['Commit', made?.commit ?? ''],
    ['Local engine', started === null ? '' : `${started.engine} (${started.engineReason})`],
    ['Production', made === null ? '' : (made.production ?? 'none')],
    ['erp-deploy', started?.program ?? ''],
  ];
  const known = rows.filter(([, value]) => value !== '');
  return html`<dl>${known.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** Returns what to do next, each with the command to paste. */
export function nextPart({ next }: ReportData): Markup {
  if (next.length === 0) return nothing;
  return html`<h2>Next actions</h2>
<ol>${next.map(({ text, command }) => html`<li>${text}${command === undefined ? nothing : html`<pre tabindex="0">${commandLine(command)}</pre>`}</li>`)}</ol>`;
}
