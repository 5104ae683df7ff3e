import type { StepId } from '../domain/phase.ts';
import { isStepId } from '../domain/phase.ts';

/** A task-list item of a Markdown file, and its position. */
export interface ListedItem {
  /** The numbered section that contains it; null if the heading has no such number. */
  readonly section: StepId | null;
  /** Its text on one line, without what is listed below it. */
  readonly text: string;
  readonly ticked: boolean;
  /** From 1. */
  readonly line: number;
  /** Index in the text of the character between the brackets. */
  readonly mark: number;
}

/** `[ ]` or `[x]` behind a list marker; its groups are indentation, marker with its blanks, mark and words. */
const boxLine = /^([ \t]*)((?:[-*+]|\d{1,9}[.)])[ \t]+)\[([ xX])\][ \t]+(.*)$/;
const itemLine = /^([ \t]*)((?:[-*+]|\d{1,9}[.)])[ \t]+)/;
const headingLine = /^ {0,3}#{1,6}[ \t]+(.*)$/;
const fenceLine = /^[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}|~{3,})/;

/** The state of the parser: in code or a comment nothing counts as an item. */
interface ParserState {
  section: StepId | null;
  /** The fence that ends the current code block; null outside of one. */
  fence: string | null;
  comment: boolean;
  /** Columns at which the text of the open list items begins, outermost first. */
  readonly items: number[];
}

/** Returns the items of a checklist in their order: not those in code, comments or quotations. */
export function parseChecklist(text: string): readonly ListedItem[] {
  const state: ParserState = { section: null, fence: null, comment: false, items: [] };
  const lines = linesOf(text);
  return lines.flatMap(({ words, start }, index) => {
    const found = boxIn(words, state);
    if (found === null) return [];
    const more = continuationOf(lines.slice(index + 1).map((one) => one.words));
    const { section } = state;
    const whole = [found.text, ...more].join(' ').replaceAll(/\s+/g, ' ').trim();
    return [{ section, text: whole, ticked: found.ticked, line: index + 1, mark: start + found.column }];
  });
}

/** Checks off items, and leaves every other character as it is. */
export function checkOff(text: string, items: readonly ListedItem[]): string {
  const marks = new Set(items.map(({ mark }) => mark));
  let ticked = '';
  let from = 0;
  for (const mark of [...marks].sort((a, b) => a - b)) {
    ticked += `${text.slice(from, mark)}x`;
    from = mark + 1;
  }
  return ticked + text.slice(from);
}

function linesOf(text: string): readonly { readonly words: string; readonly start: number }[] {
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  return text
    .slice(start)
    .split('\n')
    .map((line) => {
      const at = start;
      start += line.length + 1;
      return { words: line.replace(/\r$/, ''), start: at };
    });
}

function boxIn(words: string, state: ParserState) {
  if (endsCodeOrComment(words, state)) return null;
  const fence = fenceLine.exec(words)?.[1];
  if (fence !== undefined) state.fence = fence;
  else if (/^ {0,3}<!--/.test(words) && !words.includes('-->')) state.comment = true;
  if (state.fence !== null || state.comment || words.trim() === '') return null;
  const heading = headingLine.exec(words)?.[1];
  if (heading !== undefined) {
    const number = /^(\d\.\d)(?![\d.])/.exec(heading)?.[1];
    state.section = number !== undefined && isStepId(number) ? number : null;
    state.items.length = 0;
    return null;
  }
  return enterItem(words, state) ? readBox(words) : null;
}

/** Tells whether the line belongs to fenced code or a comment that began before it. */
function endsCodeOrComment(words: string, state: ParserState): boolean {
  if (state.fence !== null) {
    const [, end] = /^[ \t]*(`{3,}|~{3,})[ \t]*$/.exec(words) ?? [];
    if (end?.startsWith(state.fence) === true) state.fence = null;
    return true;
  }
  if (!state.comment) return false;
  if (words.includes('-->')) state.comment = false;
  return true;
}

/** Tells whether the line is a list item; one indented by four columns or more is code, or continues a text. */
function enterItem(words: string, { items }: ParserState): boolean {
  const indent = columns(/^[ \t]*/.exec(words)?.[0] ?? '');
  while (items.length > 0 && indent < (items.at(-1) ?? 0)) items.pop();
  const [, blanks = '', marker] = itemLine.exec(words) ?? [];
  if (marker === undefined || indent - (items.at(-1) ?? 0) >= 4) return false;
  items.push(columns(blanks + marker));
  return true;
}

function readBox(words: string) {
  const [, blanks = '', marker = '', mark, text] = boxLine.exec(words) ?? [];
  if (mark === undefined || text === undefined) return null;
  return { text, ticked: mark !== ' ', column: blanks.length + marker.length + 1 };
}

/** Returns the lines onto which an editor wrapped an item's text. */
function continuationOf(following: readonly string[]): readonly string[] {
  const end = following.findIndex(
    (line) =>
      line.trim() === '' ||
      itemLine.test(line) ||
      headingLine.test(line) ||
      fenceLine.test(line) ||
      line.trimStart().startsWith('<!--'),
  );
  return end === -1 ? following : following.slice(0, end);
}

/** Width of blanks and a list marker; a tab goes to the next column that 4 divides. */
function columns(text: string): number {
  return [...text].reduce((width, character) => width + (character === '\t' ? 4 - (width % 4) : 1), 0);
}
