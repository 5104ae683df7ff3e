import { RE2JS, RE2JSSyntaxException } from 're2js';

/** The regular expression of a rule's path: as Go reads it, refused by Go, or beyond what erp-deploy can evaluate. */
export type PathPattern =
  | { readonly is: 'valid'; matches(path: string): boolean }
  | { readonly is: 'refused'; readonly why: string }
  | { readonly is: 'unknown' };

const patterns = new Map<string, PathPattern>();

/**
 * Returns the pattern of a path. cloudflared compiles it with Go's regexp package, whose syntax is RE2's: JavaScript
 * reads `\z`, `\Q…\E`, `\pL` and `[[:alpha:]]` differently without an error.
 */
export function pathPattern(path: string): PathPattern {
  const known = patterns.get(path) ?? compiled(path);
  patterns.set(path, known);
  return known;
}

function compiled(path: string): PathPattern {
  try {
    const pattern = RE2JS.compile(path);
    return { is: 'valid', matches: (asked) => pattern.matcher(asked).find() };
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    // Go accepts two groups of the same name (regexp/syntax, parse.go); re2js does not.
    if (error.message.includes('duplicate capture group name')) return { is: 'unknown' };
    return { is: 'refused', why: error.message };
  }
}
