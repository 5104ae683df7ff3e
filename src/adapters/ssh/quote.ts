/**
 * One word for a remote shell: the one place that quotes. Besides the POSIX shells, fish takes it as it is
 * meant: it alone reads a backslash between single quotes, so backslashes stand outside of them.
 */
function quoteWord(word: string): string {
  const parts = word.match(/['\\]|[^'\\]+/g) ?? [''];
  return parts.map((part) => (part === "'" || part === '\\' ? `\\${part}` : `'${part}'`)).join('');
}

/** A command line whose words a shell takes as they are. */
export function quoteLine(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}
