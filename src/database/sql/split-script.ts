import { type Token, tokenAt } from './tokens.ts';

export interface Span {
  /** UTF-16 index of the first character. */
  readonly start: number;
  /** UTF-16 index after the last character. */
  readonly end: number;
}

/** The parts of a script, split as psql splits it. */
export interface ScriptParts {
  /** The script with everything that only psql understands replaced by spaces: offsets and lines stay the same. */
  readonly sql: string;
  /** The statements; empty ones are left out. */
  readonly statements: readonly Span[];
  /** Meta-commands, backslash first, to the end of their line. */
  readonly metaCommands: readonly Span[];
}

/** Meta-commands that end the statement before them, as a semicolon would. */
const sendsTheStatement = /^\\(?:g|crosstabview|watch|;)/;
const createsRoutine = /^create (?:or replace )?(?:function|procedure)\b/;

/**
 * Splits a script by psql's rules: a semicolon ends a statement outside of parentheses and of a
 * routine's BEGIN ATOMIC body, a backslash outside of quotes and comments starts a meta-command,
 * and the lines after COPY … FROM STDIN are data up to a line of `\.`.
 * Source: psqlscan.l in https://github.com/postgres/postgres/tree/REL_18_STABLE/src/fe_utils
 */
export function splitScript(text: string): ScriptParts {
  const statements: Span[] = [];
  const metaCommands: Span[] = [];
  const blanks: { span: Span; first: string }[] = [];
  let current = emptyStatement();
  const close = () => {
    if (current.span !== undefined) statements.push(current.span);
    current = emptyStatement();
  };
  let at = 0;
  for (let token = tokenAt(text, at); token !== undefined; token = tokenAt(text, at)) {
    at = token.end;
    if (token.kind === 'backslash') {
      const span = { start: token.start, end: lineEnd(text, token.start) };
      const sends = sendsTheStatement.test(text.slice(span.start, span.end));
      metaCommands.push(span);
      blanks.push({ span, first: sends ? ';' : ' ' });
      if (sends) close();
      at = span.end;
    } else if (text[token.start] === ';' && current.depth === 0 && current.blocks === 0) {
      const data = /^copy (?:.* )?from stdin\b/.test(current.words) ? copyData(text, token.end) : undefined;
      if (data !== undefined) {
        blanks.push({ span: data, first: ' ' });
        at = data.end;
      }
      close();
    } else if (token.kind !== 'comment') {
      take(current, token, text);
    }
  }
  close();
  return { sql: blanked(text, blanks), statements, metaCommands };
}

interface OpenStatement {
  span?: Span;
  /** Open parentheses. */
  depth: number;
  /** Open BEGIN and CASE of a routine's body. */
  blocks: number;
  /** The unquoted words of the statement so far, in lower case. Collected only for CREATE and COPY. */
  words: string;
}

const emptyStatement = (): OpenStatement => ({ depth: 0, blocks: 0, words: '' });

function take(statement: OpenStatement, token: Token, text: string): void {
  statement.span = { start: statement.span?.start ?? token.start, end: token.end };
  const symbol = text[token.start];
  if (symbol === '(') statement.depth += 1;
  else if (symbol === ')') statement.depth = Math.max(0, statement.depth - 1);
  else if (token.kind === 'word' && statement.depth === 0) {
    const word = text.slice(token.start, token.end).toLowerCase();
    if (/^(?:create|copy|$)/.test(statement.words)) statement.words += `${statement.words && ' '}${word}`;
    if (createsRoutine.test(statement.words)) statement.blocks += blockChange(word, statement.blocks);
  }
}

function blockChange(word: string, blocks: number): number {
  if (word === 'begin' || (word === 'case' && blocks > 0)) return 1;
  return word === 'end' && blocks > 0 ? -1 : 0;
}

function copyData(text: string, after: number): Span | undefined {
  const start = lineEnd(text, after) + 1;
  const end = /^\\\.\r?$/m.exec(text.slice(start));
  return end === null ? undefined : { start, end: start + end.index + end[0].length };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function blanked(text: string, blanks: readonly { span: Span; first: string }[]): string {
  let result = '';
  let from = 0;
  for (const { span, first } of blanks) {
    result +=
      text.slice(from, span.start) + first + text.slice(span.start + 1, span.end).replace(/[^\n]/g, ' ');
    from = span.end;
  }
  return result + text.slice(from);
}
