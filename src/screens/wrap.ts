import type { StyledLine } from './lines.ts';

/** The lines, each cut into as many as it takes to fit the width: nothing that is shown is hidden. */
export function wrapLines(lines: readonly StyledLine[], width: number): readonly StyledLine[] {
  return lines.flatMap((line) => {
    const text = printable(line.text);
    const indent = Math.min(line.hang ?? indentOf(text), Math.floor(width / 2));
    return wrapText(text, width, ' '.repeat(indent)).map((piece) => ({ text: piece, tone: line.tone }));
  });
}

/** What a terminal would take for a command, or for no column at all, is left out. */
export function printable(text: string): string {
  return text
    .replaceAll('\t', '    ')
    .replace(escapeSequences, '')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '');
}

/** CSI, OSC and two-character sequences: colours and cursor movements of whatever wrote the line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const escapeSequences = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g;

/** Broken at blanks where there are any, else behind a slash, else anywhere. */
export function wrapText(text: string, width: number, indent = ''): readonly string[] {
  const pieces: string[] = [];
  const whole = text.trimEnd();
  let [at, before, least] = [0, '', indentOf(whole)];
  for (;;) {
    const end = endOf(whole, at, width - before.length);
    const fits = before + whole.slice(at, end);
    if (end === whole.length) return [...pieces, fits];
    const cut = at + breakOf(fits, whole.charAt(end), least) - before.length;
    pieces.push((before + whole.slice(at, cut)).trimEnd());
    at = endOfBlanks(whole, cut);
    [before, least] = [indent, indent.length];
  }
}

/** Where a text is broken of which this much fits, with what follows; behind `least` at any rate, or it would never end. */
function breakOf(fits: string, next: string, least: number): number {
  if (next === ' ') return fits.length;
  const blank = fits.lastIndexOf(' ');
  if (blank > least) return blank;
  const slash = fits.lastIndexOf('/') + 1;
  return slash > least + 1 ? slash : Math.max(fits.length, least + 1);
}

/** The text in exactly this many columns: cut with `…`, or filled up. */
export function fitted(text: string, width: number): string {
  const short = columnsOf(text) <= width ? text : `${prefixOf(text, width - 1)}…`;
  return short + ' '.repeat(Math.max(0, width - columnsOf(short)));
}

/** The end of a path, which tells more than its beginning: cut with `…` where it is too long. */
export function fittedEnd(path: string, width: number): string {
  if (columnsOf(path) <= width) return path;
  const end = prefixOf([...path].reverse().join(''), Math.max(0, width - 1));
  return `…${[...end].reverse().join('')}`;
}

/** How many columns a terminal gives the text: two for what is wide, none for what combines. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += widthOf(character);
  return columns;
}

function prefixOf(text: string, width: number): string {
  return text.slice(0, endOf(text, 0, width));
}

/** The index up to which a text fits, from `at` on. Looks no further: a line may be as long as it likes. */
function endOf(text: string, at: number, width: number): number {
  let columns = 0;
  let end = at;
  while (end < text.length) {
    const code = text.codePointAt(end) ?? 0;
    columns += code < combining ? 1 : widthOf(String.fromCodePoint(code));
    if (columns > width) break;
    end += code > 0xffff ? 2 : 1;
  }
  return end;
}

function endOfBlanks(text: string, at: number): number {
  let end = at;
  while (end < text.length && text.charAt(end).trim() === '') end += 1;
  return end;
}

/** East Asian Wide (UAX #11) and emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** The first character that combines; those before it take one column each. */
const combining = 0x300;

function widthOf(character: string): number {
  if (character < '\u0300') return 1;
  if (/\p{M}/u.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}
