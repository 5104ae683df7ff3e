import type { Node, RawStmt } from 'libpg-query';
import { excerptAt } from './excerpt.ts';
import { locate, offsetOfPosition, type TextPosition } from './text-position.ts';
import { tokensOf } from './tokens.ts';

export interface SqlStatement {
  /** The parser's name for it, such as `CreateStmt`. */
  readonly kind: string;
  readonly node: Node;
  /** UTF-16 index of its first token. */
  readonly start: number;
  /** From 1. */
  readonly line: number;
  /** Its source without the semicolon. */
  readonly text: string;
}

export interface SqlFault extends TextPosition {
  /** PostgreSQL's message. */
  readonly message: string;
  /** UTF-16 index of the token at which the parser stopped. */
  readonly offset: number;
  /** The line with the lines around it, and a caret. */
  readonly excerpt: readonly string[];
}

export type ParsedSql = { readonly statements: readonly SqlStatement[] } | { readonly fault: SqlFault };

/**
 * Parses SQL with PostgreSQL 18's own parser (libpg-query). It does not know psql's meta-commands and does not look up
 * names, so a server may still reject what it accepts.
 * @param text a NUL character ends it, as in C; `inspectMigration` refuses such texts
 */
export async function parseSql(text: string): Promise<ParsedSql> {
  return parseSpan(text, 0, text.length);
}

/** Parses a part of a text; offsets, lines and the excerpt are those of the whole text. */
export async function parseSpan(text: string, start: number, end: number): Promise<ParsedSql> {
  const part = text.slice(start, end);
  // The parser throws on an empty text, which PostgreSQL accepts.
  if (part === '') return { statements: [] };
  // Loading it takes 40 to 50 ms, so it is loaded on first use: `--help` does not need it.
  const parser = await import('libpg-query');
  try {
    const tree = await parser.parse(part);
    return { statements: statementsIn(text, start, end, tree.stmts ?? []) };
  } catch (error) {
    if (isTooDeep(error)) return { fault: faultAt(text, start + longestStatement(part), tooDeep) };
    if (!parser.hasSqlDetails(error)) throw error;
    // The parser's position counts code points from 0; the server's counts from 1.
    const within = offsetOfPosition(part, (error.sqlDetails?.cursorPosition ?? 0) + 1);
    return { fault: faultAt(text, start + within, error.message) };
  }
}

export const tooDeep =
  'the expression is nested too deeply for the parser; split it, or use a function such as concat or array_agg';

/** Whether an error is an overflow of the stack, which the parser and V8 report in different ways. */
export function isTooDeep(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && error.name === 'RuntimeError');
}

/** Returns the UTF-16 index of the statement with the most tokens. */
export function longestStatement(text: string): number {
  let [longest, most, count, start] = [0, 0, 0, -1];
  for (const token of tokensOf(text)) {
    if (start === -1) start = token.start;
    count += 1;
    if (count > most) [longest, most] = [start, count];
    if (text[token.start] === ';') [count, start] = [0, -1];
  }
  return longest;
}

/** Makes a fault at a UTF-16 index, with its line, column and excerpt. */
export function faultAt(text: string, offset: number, message: string): SqlFault {
  const position = locate(text, offset);
  return { message, offset, ...position, excerpt: excerptAt(text, position.line, position.column) };
}

/** The parser's locations count UTF-8 bytes of its input; a missing one means the start or the end. */
function statementsIn(text: string, start: number, end: number, raw: readonly RawStmt[]): SqlStatement[] {
  const bytes = Buffer.from(text.slice(start, end));
  const characters = (from: number, to: number) => bytes.toString('utf8', from, to).length;
  const result: SqlStatement[] = [];
  let passed = { byte: 0, offset: start, line: locate(text, start).line };
  for (const { stmt, stmt_location: byte = 0, stmt_len: length } of raw) {
    if (stmt === undefined) continue;
    const offset = passed.offset + characters(passed.byte, byte);
    const tokens = tokensOf(
      text,
      offset,
      length === undefined ? end : offset + characters(byte, byte + length),
    );
    const first = tokens[0]?.start ?? offset;
    passed = { byte, offset, line: passed.line + lineEnds(text, passed.offset, offset) };
    result.push({
      kind: Object.keys(stmt)[0] ?? '',
      node: stmt,
      start: first,
      line: passed.line + lineEnds(text, offset, first),
      text: text.slice(first, tokens.at(-1)?.end ?? first),
    });
  }
  return result;
}

function lineEnds(text: string, from: number, to: number): number {
  return text.slice(from, to).split('\n').length - 1;
}
