import { hasInvisible, visibleLines } from '../domain/visible-text.ts';
import { type Token, tokenAt } from './sql/tokens.ts';

/**
 * Returns equivalent SQL that is safe to display: names and strings with control or invisible characters are written as
 * `U&"…"` and `U&'…'`. A string keeps its line feeds, a name does not. `standard_conforming_strings` must be on, as it
 * is by default. Source: https://www.postgresql.org/docs/18/sql-syntax-lexical.html (4.1.2.3, 4.1.2.5)
 */
export function printableSql(sql: string): string {
  if (!hasInvisible(sql)) return sql;
  let [shown, at] = ['', 0];
  for (let token = tokenAt(sql, 0); token !== undefined; token = tokenAt(sql, at)) {
    shown += visibleLines(sql.slice(at, token.start)) + printableToken(sql, token);
    at = token.end;
  }
  return shown + visibleLines(sql.slice(at));
}

function printableToken(sql: string, { kind, start, end }: Token): string {
  const text = sql.slice(start, end);
  if (kind === 'name') return hasInvisible(text) ? printableName(text) : text;
  if (kind === 'string') return hasInvisible(text.replaceAll('\n', '')) ? printableString(text) : text;
  // Other tokens can have such characters only in a comment, or in an unquoted name.
  return kind === 'word' && hasInvisible(text) ? `U&"${unicodeEscapes(text)}"` : visibleLines(text);
}

function printableName(text: string): string {
  return /^u&/i.test(text) ? unicodeEscapes(text) : `U&${unicodeEscapes(text.replaceAll('\\', '\\\\'))}`;
}

function printableString(text: string): string {
  const keepLines = (escaped: string) => escaped.replaceAll('\\000a', '\n');
  if (/^u&/i.test(text)) return keepLines(unicodeEscapes(text));
  if (/^e/i.test(text)) return stringEscapes(text);
  const [, tag] = /^(\$[^$]*\$)/.exec(text) ?? [];
  const quoted = tag === undefined ? text : `'${text.slice(tag.length, -tag.length).replaceAll("'", "''")}'`;
  return `U&${keepLines(unicodeEscapes(quoted.replaceAll('\\', '\\\\')))}`;
}

/** Returns the text with `\XXXX` and `\+XXXXXX`, as in `U&"…"`. */
function unicodeEscapes(text: string): string {
  return byCharacter(text, (code) =>
    code > 0xffff ? `\\+${code.toString(16).padStart(6, '0')}` : `\\${code.toString(16).padStart(4, '0')}`,
  );
}

/** Returns the text with `\uXXXX` and `\UXXXXXXXX`, as in `E'…'`. */
function stringEscapes(text: string): string {
  return byCharacter(text, (code) => {
    if (code === 0x0a) return '\n';
    return code > 0xffff
      ? `\\U${code.toString(16).padStart(8, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

function byCharacter(text: string, asEscape: (code: number) => string): string {
  return [...text]
    .map((character) => (hasInvisible(character) ? asEscape(character.codePointAt(0) ?? 0) : character))
    .join('');
}
