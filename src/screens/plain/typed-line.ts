import type { KeyPress } from '../key-press.ts';

/** Words for keys that a typed line cannot contain. */
const words: Readonly<Record<string, KeyPress>> = {
  '': { key: 'enter' },
  enter: { key: 'enter' },
  esc: { key: 'escape' },
  up: { key: 'up' },
  down: { key: 'down' },
};

/** Returns the key that a typed line stands for on a screen without a text field; null if it stands for none. */
export function keyOfLine(line: string): KeyPress | null {
  const typed = line.trim();
  const named = words[typed.toLowerCase()];
  if (named !== undefined) return named;
  return [...typed].length === 1 ? { key: 'text', text: typed } : null;
}

/** If this is typed in a field, the field is emptied. */
const emptied = '-';

/**
 * Returns the keys that a line typed in a field stands for: an empty line accepts what the field contains, `esc` goes
 * back, and any other line replaces it.
 * @param length number of characters in the field now
 */
export function keysOfFieldLine(line: string, length: number): readonly KeyPress[] {
  const typed = line.trim();
  if (typed === '') return [{ key: 'enter' }];
  if (typed.toLowerCase() === 'esc') return [{ key: 'escape' }];
  const clear = Array.from({ length }, (): KeyPress => ({ key: 'backspace' }));
  const text: readonly KeyPress[] = typed === emptied ? [] : [{ key: 'paste', text: typed }];
  return [...clear, ...text, { key: 'enter' }];
}
