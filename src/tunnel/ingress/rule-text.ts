/** A rule as it is written into a file: its fields, and those of its originRequest. */
export type WrittenRule = Readonly<
  Record<string, string | Readonly<Record<string, string | number | boolean>>>
>;

/** Returns the lines of a rule, the first of them with its dash. @param gap the spaces after the dash */
export function blockLines(rule: WrittenRule, indent: string, gap: string): readonly string[] {
  const inner = `${indent} ${gap}`;
  const lines = Object.entries(rule).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [`${inner}${key}: ${plain(value)}`]
      : [
          `${inner}${key}:`,
          ...Object.entries(value).map(([name, setting]) => `${inner}  ${name}: ${plain(setting)}`),
        ],
  );
  return lines.map((line, index) => (index === 0 ? `${indent}-${gap}${line.slice(inner.length)}` : line));
}

/** Returns a rule in braces. Only a hostname needs no quotes there. */
export function flowText(rule: WrittenRule): string {
  const pairs = Object.entries(rule).map(([key, value]) => {
    if (typeof value === 'string') return `${key}: ${key === 'hostname' ? value : JSON.stringify(value)}`;
    return `${key}: {${Object.entries(value)
      .map(([name, setting]) => `${name}: ${JSON.stringify(setting)}`)
      .join(', ')}}`;
  });
  return `{${pairs.join(', ')}}`;
}

/** Returns a scalar, in quotes unless it is certain that YAML reads it as this text. */
function plain(value: string | number | boolean): string {
  return typeof value === 'string' && !/^[a-z][\w.+-]*(:?[\w./@+-]+)*$/i.test(value)
    ? JSON.stringify(value)
    : `${value}`;
}
