/** Why readers disagree about a value, and what to write instead; never the value itself. */
export interface ValueFault {
  readonly reason: string;
  readonly fix: string;
}

/** A line of a `.env` about which readers disagree; never contains the value. */
export interface EnvFault extends ValueFault {
  /** From 1. */
  readonly line: number;
  readonly key?: string;
}

export type ReadValue = { readonly value: string } | ValueFault;

const singleQuotes = 'put the value in single quotes';
const noQuoting = 'use a value without it, because readers disagree about every way to quote it';
/** Characters that have no special meaning to any reader. */
const plain = /^[\w./:@%+,=-]*$/;

/**
 * Parses the value of one assignment. Accepts it only if docker compose v1 (python-dotenv), compose v2 (compose-go's
 * dotenv) and a POSIX shell agree about it.
 * Sources: https://github.com/theskumar/python-dotenv (parser.py, variables.py),
 * https://github.com/compose-spec/compose-go/tree/main/dotenv (parser.go), POSIX 2.2 and 2.6.
 */
export function readEnvValue(raw: string): ReadValue {
  if (/[^\S\n]$/.test(raw)) return { reason: 'whitespace at the end of the line', fix: 'remove it' };
  if (/\p{Cc}/u.test(raw))
    return { reason: 'a control character in the value', fix: 'use a value without it' };
  const quote = raw[0];
  return quote === "'" || quote === '"' ? readQuoted(raw, quote) : readBare(raw);
}

function readQuoted(raw: string, quote: string): ReadValue {
  const end = raw.indexOf(quote, 1);
  if (end === -1) return { reason: 'a quote that is not closed on its line', fix: 'close it' };
  if (end < raw.length - 1) {
    return {
      reason: 'text after the closing quote',
      fix: 'remove it, and use the other kind of quote inside',
    };
  }
  const value = raw.slice(1, end);
  const fault = quote === '"' ? inDoubleQuotes(value) : inSingleQuotes(value);
  return fault ?? { value };
}

function inSingleQuotes(value: string): ValueFault | undefined {
  if (value.includes('\\'))
    return { reason: 'a backslash, which compose v1 reads as an escape', fix: noQuoting };
  if (value.includes('${')) return { reason: '${, which compose v1 replaces even in quotes', fix: noQuoting };
  return undefined;
}

function inDoubleQuotes(value: string): ValueFault | undefined {
  if (value.includes('\\')) return { reason: 'a backslash in double quotes', fix: noQuoting };
  if (/[$`]/.test(value)) return { reason: '$ or ` in double quotes', fix: singleQuotes };
  return undefined;
}

function readBare(raw: string): ReadValue {
  if (plain.test(raw)) return { value: raw };
  if (/\s#/.test(raw))
    return { reason: 'a comment after the value', fix: 'put the comment on a line of its own' };
  if (raw.includes('#')) return { reason: '# outside of quotes', fix: singleQuotes };
  if (raw.includes('$')) return { reason: '$ outside of single quotes', fix: singleQuotes };
  if (/['"]/.test(raw))
    return { reason: 'a quote inside the value', fix: 'quote the value from its first character' };
  if (raw.includes('\\')) return { reason: 'a backslash', fix: noQuoting };
  return { reason: 'a character outside of quotes that is special to a shell', fix: singleQuotes };
}
