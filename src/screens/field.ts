import { graphemesOf } from './columns.ts';
import type { KeyPress } from './key-press.ts';

/**
 * Returns the text after a key; null if the key edits nothing.
 * @param clean what becomes of typed text before it is added, and of a paste
 */
export function edited(
  text: string,
  key: KeyPress,
  clean: (added: string, isPasted: boolean) => string,
): string | null {
  switch (key.key) {
    case 'text':
    case 'paste':
      return text + clean(key.text, key.key === 'paste');
    case 'backspace':
      return graphemesOf(text).slice(0, -1).join('');
    default:
      return null;
  }
}

/** Replaces line ends and control characters, which a paste may hold and a line cannot. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

/** Replaces control characters, and keeps the lines. */
export function manyLines(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/(?!\n)\p{Cc}+/gu, ' ');
}
