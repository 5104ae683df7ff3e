/** Characters of a value that a line of words shows; a definition can be pages long. */
const shown = 160;

/** A value as a part of a line: without line ends, and cut where it is long. */
export function oneLine(text: string): string {
  const line = text.trim().replace(/\s*\n\s*/g, ' ');
  return line.length > shown ? `${line.slice(0, shown - 1)}…` : line;
}
