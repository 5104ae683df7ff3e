/** Maximum number of characters to show; a definition can be pages long. */
const shown = 160;

/** Returns a text on one line, truncated if it is long. */
export function oneLine(text: string): string {
  const line = text.trim().replace(/\s*\n\s*/g, ' ');
  return line.length > shown ? `${line.slice(0, shown - 1)}…` : line;
}
