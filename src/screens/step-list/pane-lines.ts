import { withCommand } from '../../domain/command-text.ts';
import type { StepState } from '../../domain/reducer.ts';
import { approvalsOf, signOfChange } from '../../domain/show-change.ts';
import { columnsOf, fitted } from '../columns.ts';
import { plain, type StyledLine } from '../styled-line.ts';
import { printable, wrapLines } from '../wrap.ts';

/** If a group has at most this number of objects, all of them are shown. */
const few = 3;

type Checked = StepState['checked'][number];

/** Returns the lines about a step that are shown beside the list, at most `room`; failures come first. */
export function paneLines(step: StepState, width: number, room: number): readonly StyledLine[] {
  if (step.checked.length > 0) return checkedLines(step, width, room);
  const failure: readonly StyledLine[] =
    step.state === 'failed' ? [{ text: `✖ ${step.summary}`, tone: 'bad', hang: 2 }] : [];
  if (failure.length > 0)
    return cut(wrapLines([...failure, ...step.output.slice(-room).map((line) => plain(line))], width), room);
  const doing =
    step.change === null ? [] : [plain(`${step.change.index}/${step.change.of} ${step.change.summary}`, 2)];
  if (step.output.length > 0) {
    const head = wrapLines(doing, width).slice(0, room);
    const output = step.output.slice(-room).map((line) => plain(fitted(printable(line), width).trimEnd()));
    return [...head, ...lastOf(output, room - head.length)];
  }
  if (doing.length > 0) return wrapLines(doing, width).slice(0, room);
  return cut(wrapLines(restingLines(step), width), room);
}

/** Returns the lines about a step that is not running. */
function restingLines(step: StepState): readonly StyledLine[] {
  const evidence = step.evidence.map(({ summary }) => plain(`✔ ${summary}`, 2));
  const open = step.open.map(({ item, reason, command }) =>
    plain(`○ ${item}  ${withCommand(reason, command)}`, 2),
  );
  if (evidence.length > 0) return [...evidence, ...open];
  const changes = step.changes.map((change) => {
    const flags = approvalsOf(change).map(({ flag }) => flag);
    return plain(
      `${signOfChange(change)} ${change.summary}${flags.length === 0 ? '' : `  [needs ${flags.join(', ')}]`}`,
      2,
    );
  });
  const summary = step.summary === '' ? [] : [plain(step.summary)];
  return [...summary, ...(summary.length > 0 && changes.length > 0 ? [plain('')] : []), ...changes];
}

/**
 * Returns the failed objects, then those that stand out (marked, or in a small group), then the newest of the others.
 */
function checkedLines(step: StepState, width: number, room: number): readonly StyledLine[] {
  const small = new Set(step.progress.filter(({ total }) => total <= few).map(({ name }) => name));
  const failed = step.checked.filter(({ ok }) => !ok);
  const notable = step.checked.filter((one) => one.ok && (small.has(one.group) || markOf(one) !== ''));
  const rest = step.checked.filter((one) => one.ok && !notable.includes(one));
  const first = [
    ...wrapLines(
      failed.map(({ name }): StyledLine => ({ text: `✖ ${name}`, tone: 'bad', hang: 2 })),
      width,
    ),
    ...wrapLines(
      notable.map((one) => plain(small.has(one.group) ? checkedText(one) : checkedLine(one, width), 2)),
      width,
    ),
  ].slice(0, room);
  return [
    ...first,
    ...lastOf(
      rest.map((one) => plain(checkedLine(one, width))),
      room - first.length,
    ),
  ];
}

/** Returns `✔ a.key → b ⇄`; if that is too long, truncates the name, not the mark. */
function checkedLine(one: Checked, width: number): string {
  const whole = checkedText(one);
  if (columnsOf(whole) <= width) return whole;
  const mark = markOf(one);
  return mark === ''
    ? fitted(whole, width).trimEnd()
    : `${fitted(`✔ ${printable(one.name)}`, width - 1 - columnsOf(mark))} ${mark}`;
}

/** Returns a checked object with its symbol and its note. */
export function checkedText({ ok, name, note }: Checked): string {
  return printable(`${ok ? '✔' : '✖'} ${name}${note === '' ? '' : `  ${note}`}`);
}

/** Returns the symbol at the beginning of a note, such as that of `⇄ across schemas`. */
function markOf({ note }: Checked): string {
  return /^[^\p{L}\p{N}\s(]/u.exec(note)?.[0] ?? '';
}

function cut(lines: readonly StyledLine[], room: number): readonly StyledLine[] {
  if (lines.length <= room) return lines;
  return room < 1
    ? []
    : [...lines.slice(0, room - 1), plain(`… ${lines.length - room + 1} more when opened`)];
}

function lastOf<Item>(items: readonly Item[], count: number): readonly Item[] {
  return count < 1 ? [] : items.slice(-count);
}
