import { faultAt, parseSpan, parseSql, type SqlFault } from '../sql/parse-sql.ts';
import { type Span, splitScript } from '../sql/split-script.ts';
import { locate, type TextPosition } from '../sql/text-position.ts';
import { tokensOf } from '../sql/tokens.ts';

/** A comma that a table definition lacks; line and column are its position in the original text. */
interface MissingComma extends TextPosition {
  /** UTF-16 index in the original text. */
  readonly offset: number;
  /** The definition before it, with whitespace collapsed. */
  readonly after: string;
  /** Where the parser stops without it. */
  readonly fault: SqlFault;
}

export interface StarterFix {
  /** In the order of the text. */
  readonly commas: readonly MissingComma[];
  /** The text with the commas added, otherwise unchanged. */
  readonly fixedText: string;
  /** Faults that no comma fixes, with their positions in the original text. */
  readonly faults: readonly SqlFault[];
}

/** The maximum number of parser runs for one statement, so that the search always ends. */
const mostTries = 200;
/**
 * How many line ends before the fault a comma may belong. The parser stops late if the next line
 * continues the definition before it: `a interval`, then `second int`, stops only at `int`.
 */
const farthest = 3;

/**
 * Finds commas that are missing between the definitions of CREATE TABLE statements. A comma is only
 * proposed at the end of a line, and only if the whole statement parses with it. Both keep a typing
 * error (`unique primry key`) from being turned into a column of that name.
 */
export async function findMissingCommas(text: string): Promise<StarterFix> {
  const { sql, statements } = splitScript(text);
  const commas: MissingComma[] = [];
  const faults: SqlFault[] = [];
  for (const span of statements) {
    const read = await parseSpan(sql, span.start, span.end);
    if ('statements' in read) continue;
    const found = isTable(sql, span)
      ? await commasFor(sql.slice(span.start, span.end), mostTries)
      : undefined;
    // The excerpt shows the original text, not the one in which psql's commands are replaced by spaces.
    if (found === undefined) faults.push(faultAt(text, read.fault.offset, read.fault.message));
    let start = span.start;
    for (const { offset, stop, message } of found ?? []) {
      const at = span.start + offset;
      const fault = faultAt(text, span.start + stop, message);
      commas.push({ offset: at, ...locate(text, at), after: definitionBefore(text, start, at), fault });
      start = at;
    }
  }
  const offsets = commas.map(({ offset }) => offset);
  return { commas, fixedText: withCommas(text, offsets), faults };
}

function isTable(sql: string, { start, end }: Span): boolean {
  return /^create\s+(?:\w+\s+){0,2}table\b/i.test(sql.slice(start, end));
}

/** A comma in a statement: its offset, and where and why the parser stopped without it. */
interface Comma {
  readonly offset: number;
  readonly stop: number;
  readonly message: string;
}

/** Returns the commas with which a statement parses, in ascending order; undefined if there are none. */
async function commasFor(statement: string, tries: number): Promise<readonly Comma[] | undefined> {
  let left = tries;
  const withMore = async (commas: readonly Comma[]): Promise<readonly Comma[] | undefined> => {
    if (left === 0) return undefined;
    left -= 1;
    const offsets = commas.map(({ offset }) => offset);
    const read = await parseSql(withCommas(statement, offsets));
    if ('statements' in read) return commas;
    const { message } = read.fault;
    const stop = read.fault.offset - commas.length;
    for (const offset of lineEndsBefore(statement, stop)) {
      // Each comma must come after the one before it: otherwise that one did not help.
      if (offset <= (offsets.at(-1) ?? -1)) continue;
      const complete = await withMore([...commas, { offset, stop, message }]);
      if (complete !== undefined) return complete;
    }
    return undefined;
  };
  return withMore([]);
}

/** Returns the ends of tokens before a line end, nearest to `offset` first. */
function lineEndsBefore(statement: string, offset: number): number[] {
  const tokens = tokensOf(statement).filter(({ start }) => start <= offset);
  const atLineEnd = tokens.filter((token, index) => {
    const next = tokens[index + 1];
    return next !== undefined && statement.slice(token.end, next.start).includes('\n');
  });
  return atLineEnd
    .slice(-farthest)
    .map(({ end }) => end)
    .reverse();
}

/** Returns the definition that ends at `offset`: it starts after a comma or parenthesis, or at `start`. */
function definitionBefore(text: string, start: number, offset: number): string {
  const tokens = tokensOf(text, start, offset);
  let depth = 0;
  const opened = tokens.findLastIndex((token) => {
    const symbol = text[token.start];
    if (symbol === ')') depth += 1;
    if (symbol === '(') depth -= 1;
    return depth < 0 || (symbol === ',' && depth === 0);
  });
  return text.slice(tokens[opened + 1]?.start ?? start, offset).replace(/\s+/g, ' ');
}

function withCommas(text: string, offsets: readonly number[]): string {
  const cuts = [0, ...offsets];
  return cuts.map((from, index) => text.slice(from, cuts[index + 1])).join(',');
}
