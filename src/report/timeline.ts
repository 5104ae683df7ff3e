import { outcomeText } from '../domain/outcome-text.ts';
import type { StepState } from '../domain/reducer.ts';
import { type Runs, timeInto } from './gather.ts';
import { html, type Markup } from './html.ts';
import { timeMarkup } from './times.ts';

/** Minimum width of a bar in percent of the timeline, so that even a step of a millisecond is visible. */
const minimumWidth = 0.6;

/** Returns a row for each step that ran, with a bar for its time. The time between two runs is left out. */
export function timeline(steps: readonly StepState[], runs: Runs): Markup {
  const ran = steps.flatMap((step) =>
    step.startedAt === null ? [] : [{ ...step, from: timeInto(runs, Date.parse(step.startedAt)) }],
  );
  const start = Math.min(...ran.map(({ from }) => from));
  const end = Math.max(...ran.map(({ from, milliseconds }) => from + milliseconds), start + 1);
  const share = (milliseconds: number) => (100 * milliseconds) / (end - start);
  if (ran.length === 0) return html`<p>No step ran.</p>`;
  return html`<ol class="timeline">${ran.map((step) => {
    const width = Math.max(share(step.milliseconds), minimumWidth);
    const left = Math.min(share(step.from - start), 100 - width);
    return html`<li><a href="#step-${step.id}">${step.id} ${step.title}</a>
<span class="track"><span class="bar ${step.state}" style="left:${left.toFixed(2)}%;width:${width.toFixed(2)}%"></span></span>
<span class="time">${seconds(step.milliseconds)}</span></li>
${failuresIn(step, runs)}`;
  })}</ol>`;
}

/** Returns a row for each problem of the step: whether it was solved, a later run or a retry shows. */
function failuresIn({ id, state }: StepState, runs: Runs): readonly Markup[] {
  const problems = runs.flatMap((run, index) =>
    run.state.problems.filter(({ step }) => step === id).map((one) => ({ ...one, run: index + 1 })),
  );
  return problems.map(({ at, problem, run }, index) => {
    const isLast = index === problems.length - 1;
    const then =
      isLast && state === 'failed'
        ? ''
        : isLast
          ? `; then ${outcomeText(state, 'not started').word}`
          : '; tried again';
    const during = runs.length === 1 ? '' : `run ${run}, `;
    return html`<li class="problem failed">${during}${timeMarkup(at)}: <b>${problem.code}</b> ${problem.what}${then}</li>
`;
  });
}

export function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
