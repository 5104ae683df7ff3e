import { graphemesOf } from './columns.ts';
import type { KeyPress } from './key-press.ts';

/**
 * Returns the text after a key press; null if the key does not edit.
 * @param clean converts typed or pasted text before it is added
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

/** Replaces line ends and control characters, which a paste may contain but a line must not. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

/** Replaces control characters, but keeps line ends. */
export function manyLines(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/(?!\n)\p{Cc}+/gu, ' ');
}
