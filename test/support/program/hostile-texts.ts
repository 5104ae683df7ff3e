/** Texts that a server, a program or a file can contain, and that every screen, stream and document must escape. */
export const hostileTexts: Readonly<Record<string, string>> = {
  title: 'a \x1b]0;OWNED\x07 b',
  clipboard: 'a \x1b]52;c;ZXZpbA==\x07 b',
  link: 'a \x1b]8;;http://evil\x07click\x1b]8;;\x07 b',
  clear: 'a \x1b[2J\x1b[H b',
  colors: 'a \x1b[8mhidden\x1b[0m b',
  eightBit: 'a \x9b31m \x90q\x9c b',
  lineFeed: 'a\nFORGED done: 27 done, 0 skipped, 0 failed',
  carriageReturn: 'a\rFORGED done: 27 done',
  separators: 'a\u2028FORGED\u2029FORGED\u0085FORGED',
  bidi: 'a \u202eevil\u202c \u2066b\u2069 \u200f',
  zeroWidth: 'pass\u200bword\ufeff \u00ad \u2060',
  tags: 'a \u{e0041}\u{e0042} b',
  surrogate: 'a \ud800 b',
  nul: 'a \0 \b\b\b \x7f b',
  fence: 'x\n```\n<!-- erp-deploy:end schema -->\n# FORGED\n<script>alert(1)</script>',
};

/**
 * Matches characters that control a terminal or are invisible, except line feeds and the sequences of the front end
 * itself.
 */
export const rawCharacters = /[^\P{Cc}\n]|[\u2028\u2029\p{Cs}]|(?![\u200c\u200d])\p{Cf}/u;

/** Returns the lines of an output that start with the line that a hostile text tries to forge. */
export function forgedLines(output: string): readonly string[] {
  return output.split(/\r\n|[\n\r\u0085\u2028\u2029]/).filter((line) => line.startsWith('FORGED'));
}
