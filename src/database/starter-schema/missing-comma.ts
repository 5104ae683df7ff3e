import { faultAt, parseSpan, parseSql, type SqlFault } from '../migration-rules/parse-sql.ts';
import { locate, type TextPosition } from '../migration-rules/text-position.ts';
import { type Span, splitScript } from '../migration-rules/split-script.ts';
import { tokensOf } from '../migration-rules/tokens.ts';

/** A comma that a table definition lacks; line and column are where it belongs, in the text as it was. */
interface MissingComma extends TextPosition {
  /** UTF-16 index, in the text as it was. */
  readonly offset: number;
  /** The definition that it belongs after, blanks made one. */
  readonly after: string;
  /** Where the parser stops without it. */
  readonly fault: SqlFault;
}

export interface MendedText {
  /** In the order of the text. */
  readonly commas: readonly MissingComma[];
  /** The text with the commas, otherwise as it was. */
  readonly fixedText: string;
  /** What no comma mends; placed in the text as it was. */
  readonly faults: readonly SqlFault[];
}

/** Parser runs for one statement at most, so that a hopeless one comes to an end. */
const mostTries = 200;
/**
 * How many line ends back from the fault a comma may belong. The parser stops late where the next
 * line goes on with the definition before it: `a interval`, then `second int`, stops only at `int`.
 */
const farthest = 3;

/**
 * Finds the commas that are missing between the definitions of CREATE TABLE statements: a comma is
 * only proposed at the end of a line, and only where the whole statement parses with it. Both keep
 * a typing error (`unique primry key`) from being "mended" into a column of that name.
 */
export async function findMissingCommas(text: string): Promise<MendedText> {
  const { sql, statements } = splitScript(text);
  const commas: MissingComma[] = [];
  const faults: SqlFault[] = [];
  for (const span of statements) {
    const read = await parseSpan(sql, span.start, span.end);
    if ('statements' in read) continue;
    const mended = isTable(sql, span) ? await mend(sql.slice(span.start, span.end), mostTries) : undefined;
    // The excerpt shows the text as it stands, not with what only psql understands blanked out.
    if (mended === undefined) faults.push(faultAt(text, read.fault.offset, read.fault.message));
    let start = span.start;
    for (const { offset, stop, message } of mended ?? []) {
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

/** A comma in a statement: where it goes, and where and why the parser stopped without it. */
interface Comma {
  readonly offset: number;
  readonly stop: number;
  readonly message: string;
}

/** The commas with which a statement parses, in ascending order; undefined where none are found. */
async function mend(statement: string, tries: number): Promise<readonly Comma[] | undefined> {
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
      // Each comma has to lie behind the one before it: otherwise that one did not help.
      if (offset <= (offsets.at(-1) ?? -1)) continue;
      const mended = await withMore([...commas, { offset, stop, message }]);
      if (mended !== undefined) return mended;
    }
    return undefined;
  };
  return withMore([]);
}

/** Ends of tokens that are followed by a line end, nearest to `offset` first. */
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

/** The definition that ends at `offset`: back to the comma or parenthesis before it, or to `start`. */
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
