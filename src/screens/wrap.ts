import { endOfFitting } from './columns.ts';
import type { StyledLine } from './styled-line.ts';

/** Breaks each line into as many lines as the width requires. No text is cut off. */
export function wrapLines(lines: readonly StyledLine[], width: number): readonly StyledLine[] {
  return lines.flatMap((line) => {
    const text = printable(line.text);
    const indent = Math.min(line.hang ?? indentOf(text), Math.floor(width / 2));
    return wrapText(text, width, ' '.repeat(indent)).map((piece) => ({ text: piece, tone: line.tone }));
  });
}

/** Returns the text without control sequences and zero-width characters, except those that join an emoji. */
export function printable(text: string): string {
  return text
    .replaceAll('\t', '    ')
    .replace(escapeSequences, '')
    .replace(/[\p{Cc}\u2028\u2029]|(?![\u200c\u200d])\p{Cf}/gu, '');
}

/** CSI, OSC and two-character sequences: colours and cursor movements of the program that wrote the line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern matches them
const escapeSequences = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g;

/** Breaks the text at blanks if there are any, otherwise after a slash, otherwise anywhere. */
export function wrapText(text: string, width: number, indent = ''): readonly string[] {
  const pieces: string[] = [];
  const whole = text.trimEnd();
  let [at, before, least] = [0, '', indentOf(whole)];
  for (;;) {
    const end = endOfFitting(whole, at, width - before.length);
    const fits = before + whole.slice(at, end);
    if (end === whole.length) return [...pieces, fits];
    const cut = at + breakOf(fits, whole.charAt(end), least) - before.length;
    pieces.push((before + whole.slice(at, cut)).trimEnd());
    at = endOfBlanks(whole, cut);
    [before, least] = [indent, indent.length];
  }
}

/**
 * Returns where to break a line. The index is always greater than `least`, or wrapping would never end.
 * @param fits the part of the line that fits
 * @param next the character that follows it
 */
function breakOf(fits: string, next: string, least: number): number {
  if (next === ' ') return fits.length;
  const blank = fits.lastIndexOf(' ');
  if (blank > least) return blank;
  const slash = fits.lastIndexOf('/') + 1;
  return slash > least + 1 ? slash : Math.max(fits.length, least + 1);
}

function endOfBlanks(text: string, at: number): number {
  let end = at;
  while (end < text.length && text.charAt(end).trim() === '') end += 1;
  return end;
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}
