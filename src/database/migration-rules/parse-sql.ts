import type { Node, RawStmt } from 'libpg-query';
import { excerptAt } from './excerpt.ts';
import { locate, offsetOfPosition, type Place } from './place.ts';
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

export interface SqlFault extends Place {
  /** PostgreSQL's own words. */
  readonly message: string;
  /** UTF-16 index of the token at which the parser stopped. */
  readonly offset: number;
  /** The line, its neighbours and a caret. */
  readonly excerpt: readonly string[];
}

export type ParsedSql = { readonly statements: readonly SqlStatement[] } | { readonly fault: SqlFault };

/**
 * Reads SQL with PostgreSQL 18's own parser (libpg-query). It knows no psql meta-commands,
 * and looks no name up: what it accepts may still be refused by a server.
 * @param text where a NUL character ends it, as in C; `inspectMigration` refuses those
 */
export async function parseSql(text: string): Promise<ParsedSql> {
  return parseSpan(text, 0, text.length);
}

/** The same for a part of a text; offsets, lines and the excerpt are those of the whole. */
export async function parseSpan(text: string, start: number, end: number): Promise<ParsedSql> {
  const part = text.slice(start, end);
  // The parser throws on an empty text, which PostgreSQL takes as no statement.
  if (part === '') return { statements: [] };
  // Loaded on first use: it costs 40 to 50 ms, which `--help` must not pay.
  const parser = await import('libpg-query');
  try {
    const tree = await parser.parse(part);
    return { statements: placed(text, start, end, tree.stmts ?? []) };
  } catch (error) {
    if (!parser.hasSqlDetails(error)) throw error;
    // Its position counts code points from 0, where the server's counts from 1.
    const within = offsetOfPosition(part, (error.sqlDetails?.cursorPosition ?? 0) + 1);
    return { fault: faultAt(text, start + within, error.message) };
  }
}

/** A fault at a UTF-16 index, with its line, column and excerpt. */
export function faultAt(text: string, offset: number, message: string): SqlFault {
  const place = locate(text, offset);
  return { message, offset, ...place, excerpt: excerptAt(text, place.line, place.column) };
}

/** The parser's locations are in UTF-8 bytes of what it was given; an absent one means its start or its end. */
function placed(text: string, start: number, end: number, raw: readonly RawStmt[]): SqlStatement[] {
  const bytes = Buffer.from(text.slice(start, end));
  const characters = (from: number, to: number) => bytes.toString('utf8', from, to).length;
  const result: SqlStatement[] = [];
  let seen = { byte: 0, offset: start, line: locate(text, start).line };
  for (const { stmt, stmt_location: byte = 0, stmt_len: length } of raw) {
    if (stmt === undefined) continue;
    const offset = seen.offset + characters(seen.byte, byte);
    const tokens = tokensOf(
      text,
      offset,
      length === undefined ? end : offset + characters(byte, byte + length),
    );
    const first = tokens[0]?.start ?? offset;
    seen = { byte, offset, line: seen.line + lineEnds(text, seen.offset, offset) };
    result.push({
      kind: Object.keys(stmt)[0] ?? '',
      node: stmt,
      start: first,
      line: seen.line + lineEnds(text, offset, first),
      text: text.slice(first, tokens.at(-1)?.end ?? first),
    });
  }
  return result;
}

function lineEnds(text: string, from: number, to: number): number {
  return text.slice(from, to).split('\n').length - 1;
}
