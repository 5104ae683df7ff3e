/** A place in a text, as editors show it. */
export interface Place {
  /** From 1. Only LF ends a line, as PostgreSQL counts. */
  readonly line: number;
  /** In characters (code points) from 1, as PostgreSQL counts. */
  readonly column: number;
}

/** Where in `text` the UTF-16 index `offset` lies; an index outside the text is taken as its nearest end. */
export function locate(text: string, offset: number): Place {
  const before = text.slice(0, Math.max(0, offset));
  const lineStart = before.lastIndexOf('\n') + 1;
  return {
    line: before.split('\n').length,
    column: characterCount(before.slice(lineStart)) + 1,
  };
}

/**
 * The UTF-16 index of a position that a PostgreSQL server reported (`position` of an error):
 * characters from 1, where one astral character counts once.
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
