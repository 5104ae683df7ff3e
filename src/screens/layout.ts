import type { Size } from './state.ts';
import type { StyledLine } from './styled-line.ts';
import { wrapLines } from './wrap.ts';

/** Number of lines that the frame itself takes: heading, two rules, keys. */
export const frameLines = 4;

/** The smallest supported size of the terminal. */
export const smallest: Size = { columns: 60, rows: 16 };

export function isTooSmall({ columns, rows }: Size): boolean {
  return columns < smallest.columns || rows < smallest.rows;
}

/** A text as it fits the screen. */
export interface Layout {
  readonly title: StyledLine | null;
  readonly lines: readonly StyledLine[];
  /** Number of lines that fit below the title. */
  readonly height: number;
  /** Number of lines by which the text can be scrolled. */
  readonly overflow: number;
}

export function layOut(size: Size, title: StyledLine | null, text: readonly StyledLine[]): Layout {
  const lines = wrapLines(text, size.columns - 2);
  const height = Math.max(1, size.rows - frameLines - (title === null ? 0 : 1));
  return { title, lines, height, overflow: Math.max(0, lines.length - height) };
}
