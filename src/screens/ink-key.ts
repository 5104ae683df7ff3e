import type { Key } from 'ink';
import type { KeyPress } from './key-press.ts';

/**
 * Translates an event of Ink into key presses: none for a key without a meaning here, several for keys that arrived in
 * one read.
 */
export function keyPressesOf(input: string, key: Key): readonly KeyPress[] {
  if (key.ctrl) return input === 'c' ? [{ key: 'ctrl-c' }] : input === 'z' ? [{ key: 'ctrl-z' }] : [];
  if (key.upArrow) return [{ key: 'up' }];
  if (key.downArrow) return [{ key: 'down' }];
  if (key.leftArrow) return [{ key: 'left' }];
  if (key.rightArrow) return [{ key: 'right' }];
  if (key.pageUp) return [{ key: 'pageUp' }];
  if (key.pageDown) return [{ key: 'pageDown' }];
  if (key.return) return [{ key: 'enter' }];
  if (key.escape) return [{ key: 'escape' }];
  if (key.tab) return [{ key: 'tab' }];
  if (key.backspace || key.delete) return [{ key: 'backspace' }];
  if (key.home) return [{ key: 'home' }];
  if (key.end) return [{ key: 'end' }];
  if (key.meta) return [];
  return [...input].flatMap(characterPress);
}

/** On a busy machine or a slow connection, several keys arrive in one read. */
function characterPress(character: string): readonly KeyPress[] {
  if (character === '\r' || character === '\n') return [{ key: 'enter' }];
  if (character === '\t') return [{ key: 'tab' }];
  if (character === '\x1a') return [{ key: 'ctrl-z' }];
  return /\p{Cc}/u.test(character) ? [] : [{ key: 'text', text: character }];
}
