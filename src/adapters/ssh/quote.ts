/**
 * Quotes one word for a remote shell. Works for POSIX shells and for fish, which unlike them interprets backslashes
 * inside single quotes; so backslashes are outside of the quotes.
 */
function quoteWord(word: string): string {
  const parts = word.match(/['\\]|[^'\\]+/g) ?? [''];
  return parts.map((part) => (part === "'" || part === '\\' ? `\\${part}` : `'${part}'`)).join('');
}

/** Returns a command line that a shell splits into exactly these words. Every remote command is quoted here. */
export function quoteLine(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}
