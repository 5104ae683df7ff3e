/**
 * The kinds of tokens by PostgreSQL's lexical rules, as far as they decide where a token ends. The parser's own `scan`
 * cannot be used: it rejects a text with an open quote and garbles tokens after a non-ASCII character.
 * Source: https://www.postgresql.org/docs/18/sql-syntax-lexical.html
 */
type TokenKind = 'word' | 'name' | 'string' | 'number' | 'symbol' | 'backslash' | 'comment';

export interface Token {
  readonly kind: TokenKind;
  /** UTF-16 index of its first character. */
  readonly start: number;
  /** UTF-16 index after its last character. */
  readonly end: number;
}

const whitespace = /[ \t\n\r\f\v]*/y;
const word = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const number = /\$?(?:\d|\.\d)[\w.]*/y;
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const stringPrefix = /(?:[eEbBxXnN]|[uU]&)?'/y;
const namePrefix = /(?:[uU]&)?"/y;
/** Two quoted parts separated by a line end are one string, with the escape rules of the first part. */
const continuation = /[ \t\r\f\v]*\n[ \t\n\r\f\v]*'/y;

/** Returns the token at or after `offset`, which may be a comment; undefined at the end. An open quote extends to the end. */
export function tokenAt(text: string, offset: number): Token | undefined {
  const start = endOf(whitespace, text, offset) ?? offset;
  if (start >= text.length) return undefined;
  const [kind, end] = measure(text, start);
  return { kind, start, end };
}

/** Returns all tokens between two offsets, except comments. */
export function tokensOf(text: string, from = 0, to = text.length): Token[] {
  const tokens: Token[] = [];
  for (let at = tokenAt(text, from); at !== undefined && at.start < to; at = tokenAt(text, at.end)) {
    if (at.kind !== 'comment') tokens.push(at);
  }
  return tokens;
}

function measure(text: string, start: number): [TokenKind, number] {
  if (text.startsWith('--', start)) return ['comment', orEnd(text, text.indexOf('\n', start))];
  if (text.startsWith('/*', start)) return ['comment', endOfBlockComment(text, start)];
  if (text[start] === '\\') return ['backslash', start + 1];
  const string = endOf(stringPrefix, text, start);
  if (string !== undefined) return ['string', endOfString(text, string, /[eE]/.test(text[start] ?? ''))];
  const name = endOf(namePrefix, text, start);
  if (name !== undefined) return ['name', endOfQuoted(text, name, '"', false)];
  const tag = endOf(dollarTag, text, start);
  if (tag !== undefined) return ['string', endOfDollarQuote(text, start, tag)];
  const wordEnd = endOf(word, text, start);
  if (wordEnd !== undefined) return ['word', wordEnd];
  const numberEnd = endOf(number, text, start);
  return numberEnd === undefined ? ['symbol', start + 1] : ['number', numberEnd];
}

function endOfString(text: string, open: number, escapes: boolean): number {
  let end = endOfQuoted(text, open, "'", escapes);
  for (let next = endOf(continuation, text, end); next !== undefined; next = endOf(continuation, text, end)) {
    end = endOfQuoted(text, next, "'", escapes);
  }
  return end;
}

/** A doubled quote stays inside; with `escapes`, so does one after a backslash. */
function endOfQuoted(text: string, open: number, quote: string, escapes: boolean): number {
  for (let at = open; at < text.length; at += 1) {
    if (escapes && text[at] === '\\') at += 1;
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at + 1;
      at += 1;
    }
  }
  return text.length;
}

function endOfDollarQuote(text: string, start: number, tagEnd: number): number {
  const tag = text.slice(start, tagEnd);
  const close = text.indexOf(tag, tagEnd);
  return close === -1 ? text.length : close + tag.length;
}

/** Block comments nest. */
function endOfBlockComment(text: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return text.length;
}

function endOf(pattern: RegExp, text: string, start: number): number | undefined {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function orEnd(text: string, index: number): number {
  return index === -1 ? text.length : index;
}
