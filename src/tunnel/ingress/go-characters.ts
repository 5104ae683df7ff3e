import { Lexer } from 'yaml';
import { withLineFeeds } from './line-feeds.ts';

/** The characters that go-yaml refuses (yaml_parser_update_buffer in its readerc.go). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones.
const refused = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

/** Returns the first character that go-yaml refuses in a file, although npm's yaml accepts it; null if there is none. */
export function characterFault(text: string): { readonly at: number; readonly what: string } | null {
  const found = refused.exec(text);
  if (found !== null) return { at: found.index, what: 'a control character, which YAML does not allow' };
  const at = tabAtLineStart(text);
  return at === null ? null : { at, what: 'a tab in the indentation; YAML allows only spaces' };
}

/**
 * Returns the offset of a tab before a comment or in an empty line, outside of brackets and scalars: go-yaml refuses it
 * (yaml_parser_scan_to_next_token in its scannerc.go).
 */
function tabAtLineStart(text: string): number | null {
  let offset = 0;
  let depth = 0;
  let atStart = true;
  for (const token of new Lexer().lex(withLineFeeds(text))) {
    // Marks of the lexer itself, which are not in the text.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the marks.
    if (/^[\u0002\u0018\u001f]$/.test(token)) continue;
    const isBlank = /^[ \t]+$/.test(token);
    if (isBlank && atStart && depth === 0 && token.includes('\t')) return offset + token.indexOf('\t');
    if (token === '[' || token === '{') depth += 1;
    if (token === ']' || token === '}') depth -= 1;
    offset += token.length;
    if (!isBlank) atStart = token.endsWith('\n');
  }
  return null;
}
