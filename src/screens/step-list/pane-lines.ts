import type { StepState } from '../../domain/reducer.ts';
import { columnsOf, fitted } from '../columns.ts';
import { plain, type StyledLine } from '../styled-line.ts';
import { printable, wrapLines } from '../wrap.ts';

/** Things of a group of at most so many are all shown. */
const few = 3;

type Looked = StepState['looked'][number];

/** What is to be told of a step beside the list, in at most `room` lines; what is wrong comes first. */
export function paneLines(step: StepState, width: number, room: number): readonly StyledLine[] {
  if (step.looked.length > 0) return lookedLines(step, width, room);
  const failed: readonly StyledLine[] =
    step.state === 'failed' ? [{ text: `✖ ${step.summary}`, tone: 'bad', hang: 2 }] : [];
  if (failed.length > 0)
    return cut(wrapLines([...failed, ...step.output.slice(-room).map((line) => plain(line))], width), room);
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

/** What is there to tell of a step that does nothing at the moment. */
function restingLines(step: StepState): readonly StyledLine[] {
  const evidence = step.evidence.map(({ summary }) => plain(`✔ ${summary}`, 2));
  const open = step.open.map(({ box, reason }) => plain(`○ ${box}  ${reason}`, 2));
  if (evidence.length > 0) return [...evidence, ...open];
  const changes = step.changes.map(({ summary, consent }) =>
    plain(`+ ${summary}${consent === undefined ? '' : `  [asks: ${consent.flag}]`}`, 2),
  );
  const summary = step.summary === '' ? [] : [plain(step.summary)];
  return [...summary, ...(summary.length > 0 && changes.length > 0 ? [plain('')] : []), ...changes];
}

/** What is wrong, then what stands out (marked, or one of few), then the newest of the rest. */
function lookedLines(step: StepState, width: number, room: number): readonly StyledLine[] {
  const small = new Set(step.progress.filter(({ total }) => total <= few).map(({ name }) => name));
  const wrong = step.looked.filter(({ ok }) => !ok);
  const notable = step.looked.filter((one) => one.ok && (small.has(one.group) || markOf(one) !== ''));
  const rest = step.looked.filter((one) => one.ok && !notable.includes(one));
  const first = [
    ...wrapLines(
      wrong.map(({ name }): StyledLine => ({ text: `✖ ${name}`, tone: 'bad', hang: 2 })),
      width,
    ),
    ...wrapLines(
      notable.map((one) => plain(small.has(one.group) ? lookedText(one) : lookedLine(one, width), 2)),
      width,
    ),
  ].slice(0, room);
  return [
    ...first,
    ...lastOf(
      rest.map((one) => plain(lookedLine(one, width))),
      room - first.length,
    ),
  ];
}

/** `✔ a.key → b ⇄`: where it is too long, the name is cut and not the mark. */
function lookedLine(one: Looked, width: number): string {
  const whole = lookedText(one);
  if (columnsOf(whole) <= width) return whole;
  const mark = markOf(one);
  return mark === ''
    ? fitted(whole, width).trimEnd()
    : `${fitted(`✔ ${printable(one.name)}`, width - 1 - columnsOf(mark))} ${mark}`;
}

/** A thing that was looked at, with its sign and its note. */
export function lookedText({ ok, name, note }: Looked): string {
  return printable(`${ok ? '✔' : '✖'} ${name}${note === '' ? '' : `  ${note}`}`);
}

/** A note that begins with a sign, such as `⇄ across schemas`, marks its line with it. */
function markOf({ note }: Looked): string {
  return /^[^\p{L}\p{N}\s(]/u.exec(note)?.[0] ?? '';
}

function cut(lines: readonly StyledLine[], room: number): readonly StyledLine[] {
  if (lines.length <= room) return lines;
  return room < 1 ? [] : [...lines.slice(0, room - 1), plain(`… ${lines.length - room + 1} more (⏎ opens)`)];
}

function lastOf<Item>(items: readonly Item[], count: number): readonly Item[] {
  return count < 1 ? [] : items.slice(-count);
}
