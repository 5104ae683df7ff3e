import type { RolloutEvent, ShownChange } from '../domain/events.ts';
import { hazardLines } from '../domain/hazard-text.ts';
import { isStepId } from '../domain/phase.ts';
import { approvalsOf } from '../domain/show-change.ts';
import { blocks, code, escapeText, list, table } from './markdown.ts';

type Of<Type extends RolloutEvent['type']> = Extract<RolloutEvent, { type: Type }>;

/** The events of a plan. */
export interface PlanEvents {
  readonly started: Of<'rollout.started'> | null;
  readonly notes: readonly Of<'note'>[];
  readonly planned: readonly Of<'step.planned'>[];
  readonly ready: Of<'plan.ready'> | null;
  readonly problems: readonly Of<'problem'>[];
}

/** Lines of one change that are printed; GitHub refuses a comment of more than 65,536 characters. */
const longest = 200;

/** Returns a plan as Markdown for a pull request: a summary, a table of steps, and the changes of each step, folded. */
export function planText({ started, notes, planned, ready, problems }: PlanEvents): string {
  const titleOf = (id: string) => started?.steps.find(({ step }) => step === id)?.title ?? '';
  const changing = planned.filter(({ state }) => state !== 'satisfied');
  return `${blocks(
    '## erp-deploy plan',
    sentence(planned, ready, problems),
    list([
      ...(started === null
        ? []
        : [`erp-deploy ${code(started.program)}, engine ${escapeText(started.engine)}`]),
      ...notes.map(({ text }) => escapeText(text)),
    ]),
    problems.map(problemText).join('\n\n'),
    changing.length === 0 ? '' : table(['Step', 'Title', 'State', 'Changes'], changing.map(rowOf(titleOf))),
    ...planned.filter(({ changes }) => changes.length > 0).map(detailsOf(titleOf)),
  )}\n`;
}

function sentence(
  planned: PlanEvents['planned'],
  ready: PlanEvents['ready'],
  problems: PlanEvents['problems'],
): string {
  if (problems.length > 0)
    return `**Blocked: ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}.**`;
  if (ready === null || ready.changes === 0) return '**Nothing to change.**';
  const changes = planned.flatMap((one) => one.changes);
  const kept = changes.filter(({ reversible }) => !reversible).length;
  const flags = [...new Set(changes.flatMap(approvalsOf).map(({ flag }) => flag))];
  const needs = flags.length === 0 ? '' : ` Explicit approval needed: ${flags.map(code).join(', ')}.`;
  const count = ready.changes === 1 ? '1 change' : `${ready.changes} changes`;
  return `**${count}, ${kept} of them not undone by rollback.**${needs}`;
}

function problemText({ problem: { code: name, what, why, excerpt = [] } }: Of<'problem'>): string {
  return blocks(`**${escapeText(name)}** ${escapeText(what)} ${escapeText(why)}`, fence('text', excerpt));
}

const states = { satisfied: 'done', change: 'change', skipped: 'skipped', blocked: 'blocked' } as const;

const rowOf =
  (titleOf: (id: string) => string) =>
  ({ step, state, summary, changes }: Of<'step.planned'>) => [
    isStepId(step) ? step : escapeText(step),
    escapeText(titleOf(step)),
    states[state],
    state === 'change' ? String(changes.length) : escapeText(summary),
  ];

const detailsOf =
  (titleOf: (id: string) => string) =>
  ({ step, changes }: Of<'step.planned'>) =>
    blocks(
      `<details><summary>${htmlText(`${step} ${titleOf(step)}`)}</summary>`,
      ...changes.map(changeText),
      '</details>',
    );

function changeText(change: ShownChange): string {
  const approvals = approvalsOf(change);
  const marks = [
    ...(change.reversible ? [] : ['not undone by rollback']),
    ...approvals.map(({ flag, why }) => `needs ${code(flag)}: ${escapeText(why)}`),
  ];
  const shown = change.lines.slice(0, longest);
  const left = change.lines.length - shown.length;
  return blocks(
    `${code(change.summary)}${marks.length === 0 ? '' : ` (${marks.join('; ')})`}`,
    ...approvals.map(({ excerpt = [] }) => fence('text', excerpt)),
    fence(change.kind === 'sql' ? 'sql' : change.kind === 'write' ? 'diff' : 'text', [
      ...shown,
      ...(left > 0 ? [`… ${left} more lines`] : []),
    ]),
    fence('text', (change.hazards ?? []).flatMap(hazardLines)),
  );
}

/** The fence is longer than any run of backticks in the lines, so that no line ends it. */
function fence(language: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const runs = lines.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length);
  const ticks = '`'.repeat(Math.max(2, ...runs) + 1);
  return [`${ticks}${language}`, ...lines, ticks].join('\n');
}

function htmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
