/** Maximum number of characters to show of a value, and of those before the first difference. */
const shown = 160;
const before = 60;

/**
 * Returns two values on one line each, truncated around their first difference: a definition can be pages long.
 * Line ends become spaces, unless the values differ in nothing else.
 */
export function textDifference(one: string, other: string): readonly [one: string, other: string] {
  const lines = [onLine(one), onLine(other)] as const;
  const [left, right] = lines[0] === lines[1] && one !== other ? [escaped(one), escaped(other)] : lines;
  const start = commonStart(left, right);
  const end = commonEnd(left.slice(start), right.slice(start));
  return [cut(left, start, left.length - end), cut(right, start, right.length - end)];
}

const onLine = (text: string) => text.trim().replace(/\s*\n\s*/g, ' ');

/** With line ends and other characters that a terminal does not show as escapes. */
const escaped = (text: string) => JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');

function commonStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}

function commonEnd(one: string, other: string): number {
  let length = 0;
  while (length < Math.min(one.length, other.length) && one.at(-1 - length) === other.at(-1 - length))
    length += 1;
  return length;
}

/** Keeps the difference, from `start` to `end`, with some text around it; truncates it only if it is long itself. */
function cut(text: string, start: number, end: number): string {
  if (text.length <= shown) return text;
  const from = Math.max(0, Math.min(start - before, text.length - shown + 1));
  const to = Math.min(text.length, Math.max(from + shown - 2, Math.min(end, start + shown)));
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`;
}
