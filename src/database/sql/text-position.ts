/** A line and a column of a text, as editors show them. */
export interface TextPosition {
  /** From 1. Only LF ends a line, as PostgreSQL counts. */
  readonly line: number;
  /** In characters (code points) from 1, as PostgreSQL counts. */
  readonly column: number;
}

/** Returns the position of the UTF-16 index `offset`; an index outside of the text counts as its nearest end. */
export function locate(text: string, offset: number): TextPosition {
  const before = text.slice(0, Math.max(0, offset));
  const lineStart = before.lastIndexOf('\n') + 1;
  return {
    line: before.split('\n').length,
    column: characterCount(before.slice(lineStart)) + 1,
  };
}

/**
 * Returns the UTF-16 index of a position that a PostgreSQL server reported (`position` of an error): it counts
 * characters from 1, and an astral character counts once.
 */
export function offsetOfPosition(text: string, position: number): number {
  let offset = 0;
  for (let passed = 1; passed < position && offset < text.length; passed += 1) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}

function characterCount(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
