import stringWidth from 'string-width';
import { singleColumn } from './single-column.ts';

/** Created on first use, because that takes longer than drawing a whole frame of ASCII text. */
let segmenter: Intl.Segmenter | undefined;

/** Splits text into what a terminal draws as one character: a letter with its accents, a joined emoji. */
export function graphemesOf(text: string): readonly string[] {
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Returns the number of columns that the text takes on a terminal, measured with the library that Ink uses. */
export function columnsOf(text: string): number {
  if (singleColumn.test(text)) return text.length;
  return graphemesOf(text).reduce((columns, one) => columns + columnsOfOne(one), 0);
}

/** Returns the text with exactly this number of columns: truncated with `…`, or padded with blanks. */
export function fitted(text: string, width: number): string {
  const short = columnsOf(text) <= width ? text : `${text.slice(0, endOfFitting(text, 0, width - 1))}…`;
  return short + ' '.repeat(Math.max(0, width - columnsOf(short)));
}

/** Returns the path, truncated at its beginning with `…` if it is too long: its end is more specific. */
export function fittedEnd(path: string, width: number): string {
  if (columnsOf(path) <= width) return path;
  const fromEnd = graphemesOf(path).toReversed();
  const length = fittingLength(fromEnd, Math.max(0, width - 1));
  return `…${path.slice(path.length - length)}`;
}

/** Returns the index up to which the text, starting from `at`, fits into the width. Stops reading there. */
export function endOfFitting(text: string, at: number, width: number): number {
  const room = Math.max(0, width);
  // Reads one character more than fits, since an accent may follow the last one.
  if (singleColumn.test(text.slice(at, at + room + 1))) return Math.min(text.length, at + room);
  for (let length = room + 16; ; length *= 2) {
    const part = text.slice(at, at + length);
    const isCut = at + length < text.length;
    const parts = isCut ? graphemesOf(part).slice(0, -1) : graphemesOf(part);
    const fitting = fittingLength(parts, room);
    if (fitting === 0 && !isCut) return at + fittingLength([...part], room);
    if (fitting < parts.join('').length || !isCut) return at + fitting;
  }
}

/** Returns the length, in code units, of the leading parts that together fit into the width. */
function fittingLength(parts: readonly string[], width: number): number {
  let [columns, length] = [0, 0];
  for (const part of parts) {
    columns += columnsOfOne(part);
    if (columns > width) break;
    length += part.length;
  }
  return length;
}

/** A cache of measured characters: the library takes 17 µs for each, and a frame has thousands of them. */
const measured = new Map<string, number>();

function columnsOfOne(character: string): number {
  const known = measured.get(character);
  if (known !== undefined) return known;
  if (measured.size > 10_000) measured.clear();
  const columns = stringWidth(character);
  measured.set(character, columns);
  return columns;
}
