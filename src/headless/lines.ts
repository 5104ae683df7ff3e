import { remedyLine, withCommand } from '../domain/command-text.ts';
import type { RolloutEvent, ShownChange } from '../domain/events.ts';
import { journalOf } from '../domain/journal-location.ts';
import { oneLine } from '../domain/one-line.ts';
import { itemsLeft, outcomeText } from '../domain/outcome-text.ts';
import { initialState, type RolloutState, reduce } from '../domain/reducer.ts';
import { type Traffic, trafficText } from '../domain/round-trips.ts';
import { approvalsOf, signOfChange } from '../domain/show-change.ts';
import { textDifference } from '../domain/text-difference.ts';
import { historyLines, recordedChangeLines } from './history-lines.ts';
import { problemLines } from './problem-text.ts';

type Finished = Extract<RolloutEvent, { type: 'rollout.finished' }>;

/** Lines of a change's diff or SQL that are shown without `--verbose`. */
const previewed = 12;

export interface LineOptions {
  readonly verbose: boolean;
  /** Whether to show the plan's changes: for `plan`, and before a confirmation. */
  readonly plan: boolean;
  /** The command that lists the checklist items left, complete with this operator's flags; left out in a log. */
  readonly checklist?: string;
}

/** The lines that one event adds to the output; `error` lines go to stderr. */
export interface Lines {
  readonly out: readonly string[];
  readonly error: readonly string[];
}

/** Returns a function that folds events and returns the lines of each, without colours. */
export function lineView(options: LineOptions): (event: RolloutEvent) => Lines {
  let state = initialState;
  return (event) => {
    state = reduce(state, event);
    if (event.type === 'problem') return { out: [], error: problemLines(event.problem) };
    const traffic = options.verbose && 'traffic' in event ? trafficLines(event.traffic) : [];
    return { out: [...linesOf(event, state, options), ...traffic], error: [] };
  };
}

const trafficLines = (traffic: Traffic | undefined) =>
  traffic === undefined ? [] : [`            ${trafficText(traffic)}`];

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a table: one case for each kind of event
function linesOf(
  event: RolloutEvent,
  state: RolloutState,
  { verbose, plan, checklist }: LineOptions,
): readonly string[] {
  switch (event.type) {
    case 'rollout.started':
      return [
        `erp-deploy ${event.program}  ${event.workspace}`,
        `engine ${event.engine}: ${event.engineReason}`,
      ];
    case 'note':
      return [`${event.level}: ${withCommand(event.text, event.command)}`];
    case 'step.planned':
      return verbose || (plan && event.changes.length > 0) ? plannedLines(event, state, verbose) : [];
    case 'plan.ready':
      return plan || verbose ? planLines(event, state) : [];
    case 'change.started':
      return verbose ? [`            ${event.summary}`] : [];
    case 'output':
      return verbose ? [`            | ${event.line}`] : [];
    case 'evidence':
      return verbose ? [`            ${event.item ?? 'checked'}: ${event.summary} (${event.target})`] : [];
    case 'step.finished': {
      const why = event.open.map(
        ({ item, reason, command }) =>
          `            left ${item}: ${withCommand(reason, command).replaceAll('\n', '\n              ')}`,
      );
      const { word, text } = outcomeText(event.outcome, event.summary);
      return [row(event, state, word, text), ...(verbose ? why : [])];
    }
    case 'step.status':
      return [row(event, state, statusWords[event.state], event.summary)];
    case 'difference':
      return differenceLines(event);
    case 'behaviour':
      if (event.notTested !== undefined)
        return [`untested   ${event.name}: not tested, because ${event.notTested}`];
      if (event.ok && !verbose) return [];
      return [
        `${event.ok ? 'ok        ' : 'FAILS     '} ${event.name}: expected ${event.expected}, actual: ${event.actual}`,
      ];
    case 'prerequisite':
      return [
        `${(event.state === 'unused' ? 'n/a' : event.state).padEnd(8)} ${event.name.padEnd(22)} ${event.actual}`,
        ...event.todo.map((remedy) => `${''.padEnd(31)} ${remedyLine(remedy)}`),
      ];
    case 'hop':
      return [`${event.verdict.padEnd(8)} ${event.name.padEnd(22)} ${event.actual}`];
    case 'item':
      return event.state === 'ticked' && !verbose ? [] : itemLines(event);
    case 'rollout.recorded':
      return historyLines(event);
    case 'change.recorded':
      return recordedChangeLines(event);
    case 'log.line':
      return [event.line];
    case 'rollout.finished':
      return changing.some((name) => state.started?.command === name)
        ? [finishedLine(event, state, checklist)]
        : [];
    case 'log.opened':
    case 'waiting':
    case 'step.started':
    case 'progress.planned':
    case 'progress':
    case 'change.finished':
    case 'problem':
      return [];
  }
}

/** Commands that apply changes, step by step. */
const changing = ['run', 'docs', 'rollback'];

const statusWords = {
  true: 'done',
  drifted: 'drifted',
  blocked: 'blocked',
  unseen: 'could not check',
  open: 'pending',
  skipped: 'skipped',
  recorded: 'recorded',
} as const;

function row(
  place: { phase: string; step: string },
  state: RolloutState,
  word: string,
  summary: string,
): string {
  const title = state.steps.find(({ id }) => id === place.step)?.title ?? '';
  return `${place.phase.padEnd(10)}  ${place.step}  ${title.padEnd(22)}  ${word.padEnd(11)}  ${summary}`.trimEnd();
}

/** Returns a checklist item: its state, line and text, then the evidence or the reason why it is left. */
function itemLines({ state, item, line, text, summary, command }: Extract<RolloutEvent, { type: 'item' }>) {
  return [
    `${state.padEnd(8)} ${(item ?? '').padEnd(7)} line ${String(line).padEnd(4)} ${oneLine(text)}`,
    ...withCommand(summary, command)
      .split('\n')
      .map((part) => `${''.padEnd(26)} ${part}`),
  ];
}

function planLines(
  { changes, consents }: Extract<RolloutEvent, { type: 'plan.ready' }>,
  { steps, problems }: RolloutState,
): readonly string[] {
  const isBlocked = steps.some(({ planned }) => planned === 'blocked');
  const none = isBlocked ? [] : ['Nothing to change.'];
  const count = changes === 0 ? none : [changes === 1 ? '1 change.' : `${changes} changes.`];
  const asked = consents.length === 0 ? [] : [`Explicit approval needed: ${consents.join(', ')}`];
  const blocked = `blocked: ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}`;
  return [...count, ...asked, ...(isBlocked ? [`${blocked}. run changes nothing until this is fixed.`] : [])];
}

function plannedLines(
  event: Extract<RolloutEvent, { type: 'step.planned' }>,
  state: RolloutState,
  verbose: boolean,
): readonly string[] {
  return [
    row(event, state, event.state, event.summary),
    ...event.changes.flatMap((one) => changeLines(one, verbose)),
  ];
}

/** Returns a change with its preview, and marks what rollback does not undo or what needs approval. */
function changeLines(change: ShownChange, verbose: boolean): readonly string[] {
  const marks = [
    ...(change.reversible ? [] : ['not undone by rollback']),
    ...approvalsOf(change).map(({ flag }) => `needs ${flag}`),
  ];
  const shown = verbose ? change.lines : change.kind === 'sql' ? [] : change.lines.slice(0, previewed);
  const left = change.lines.length - shown.length;
  return [
    `            ${signOfChange(change)} ${change.summary}${marks.length === 0 ? '' : `  [${marks.join(', ')}]`}`,
    ...approvalsOf(change).flatMap(({ excerpt = [] }) => excerpt.map((line) => `              ${line}`)),
    ...shown.map((line) => `                ${line}`),
    ...(left > 0 ? [`                … ${left} lines (--verbose shows them)`] : []),
  ];
}

function differenceLines(event: Extract<RolloutEvent, { type: 'difference' }>): readonly string[] {
  const word = event.severity === 'note' ? 'note      ' : 'differs   ';
  const isWhole = event.aspect === 'missing' || event.aspect === 'extra';
  const [expected, actual] = textDifference(event.expected ?? 'none', event.actual ?? 'none');
  const values = isWhole ? '' : `: expected ${expected}, actual: ${actual}`;
  return [`${word} ${event.kind} ${event.name}: ${event.aspect}${values}`];
}

function finishedLine(event: Finished, { started }: RolloutState, checklist: string | undefined): string {
  const { done, already, skipped, failed, stopped, open } = event.counts;
  const counts = [
    `${done} done`,
    ...(already > 0 ? [`${already} unchanged`] : []),
    `${skipped} skipped`,
    `${failed} failed`,
    ...(stopped > 0 ? [`${stopped} not started`] : []),
  ];
  const word = event.exit === 0 ? 'done' : `exit code ${event.exit}`;
  const list = checklist === undefined ? '' : ` (${checklist})`;
  const left = open > 0 ? `; ${itemsLeft(open)}${list}` : '';
  const spent = `${(event.milliseconds / 1000).toFixed(1)} s`;
  return `${word}: ${counts.join(', ')} in ${spent}${left}. Journal: ${journalOf(event, started)}`;
}
