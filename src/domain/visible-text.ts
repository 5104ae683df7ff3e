/**
 * Matches what a terminal obeys, and what hides or reorders characters: control characters except a tab, line and
 * paragraph separators, unpaired surrogates, and format characters except the two joiners, which emoji and Persian need.
 */
const invisible = /[^\P{Cc}\t]|[\p{Zl}\p{Zp}\p{Cs}]|(?![\u200c\u200d])\p{Cf}/gu;

/** Returns the text on one line, with each character that a terminal would obey or hide as an escape: `\x1b`, `\u202e`. */
export function visible(text: string): string {
  return text.replace(invisible, escapeOf);
}

/** Returns the text as `visible` does, but keeps its line feeds. */
export function visibleLines(text: string): string {
  return text.replace(invisible, (character) => (character === '\n' ? '\n' : escapeOf(character)));
}

/** Returns whether the text has a character that `visible` escapes. */
export function hasInvisible(text: string): boolean {
  return text.search(invisible) !== -1;
}

/** Removes the colors that a program gave to its output. */
export function withoutColors(text: string): string {
  return text.replace(colors, '');
}

/** SGR sequences; source: ECMA-48, 8.3.117. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern matches them
const colors = /\x1b\[[\d;:]*m/g;

function escapeOf(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}
