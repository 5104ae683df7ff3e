/** Maximum number of characters of a line in an excerpt; longer lines are cut around the caret. */
const widest = 100;

/**
 * Returns the line of a fault with the lines before and after it, numbered, and a caret under the column.
 * @param line from 1; one past the end shows the last line
 * @param column in characters from 1, as `locate` gives it
 */
export function excerptAt(text: string, line: number, column: number): string[] {
  const lines = text.split('\n');
  const shown = Math.min(Math.max(line, 1), lines.length);
  const gutter = String(Math.min(shown + 1, lines.length)).length;
  const cutAt = Math.max(0, column - Math.ceil(widest * 0.7));
  const numbered = (number: number): string[] => {
    const source = lines[number - 1];
    if (source === undefined) return [];
    const mark = number === shown ? '>' : ' ';
    return [`${mark} ${String(number).padStart(gutter)} | ${printable(source, cutAt)}`.trimEnd()];
  };
  const caret = `  ${' '.repeat(gutter)} | ${' '.repeat(Math.max(0, column - 1 - cutAt))}^`;
  return [...numbered(shown - 1), ...numbered(shown), caret, ...numbered(shown + 1)];
}

/**
 * Replaces control characters, which would act on the terminal; each character takes one cell, so the caret is right.
 */
function printable(line: string, cutAt: number): string {
  const cells = [...line].map((one) => (/\p{Cc}/u.test(one) ? ' ' : one));
  return cells.slice(cutAt, cutAt + widest).join('');
}
