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
  let rest = text.trimEnd();
  while (columnsOf(rest) > width) {
    const least = pieces.length === 0 ? indentOf(rest) : indent.length;
    const cut = breakOf(rest, prefixOf(rest, width), least);
    pieces.push(rest.slice(0, cut));
    rest = indent + rest.slice(cut).trimStart();
  }
  return [...pieces, rest];
}

/** Where a text is broken of which this much fits; behind `least` at any rate, or it would never end. */
function breakOf(text: string, fits: string, least: number): number {
  if (text[fits.length] === ' ') return fits.length;
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

/** How many columns a terminal gives the text: two for what is wide, none for what combines. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += widthOf(character);
  return columns;
}

function prefixOf(text: string, width: number): string {
  let columns = 0;
  let prefix = '';
  for (const character of text) {
    columns += widthOf(character);
    if (columns > width) break;
    prefix += character;
  }
  return prefix;
}

/** East Asian Wide (UAX #11) and emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

function widthOf(character: string): number {
  if (character < '\u0300') return 1;
  if (/\p{M}/u.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}
