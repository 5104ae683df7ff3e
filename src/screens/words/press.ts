import { type KeyPress, manyLines } from '../key-press.ts';
import { answered, type Reaction, type Ui } from '../ui.ts';

/** Keys while a person tells something: what is pasted may be of several lines, and Enter takes it all. */
export function pressInWords(ui: Ui, words: string, key: KeyPress): Reaction {
  switch (key.key) {
    case 'text':
    case 'paste':
      return { ui: { ...ui, words: words + manyLines(key.text) } };
    case 'backspace':
      return { ui: { ...ui, words: [...words].slice(0, -1).join('') } };
    case 'enter':
      return { ui: answered(ui), intent: { type: 'words', text: words.trim() } };
    default:
      return { ui };
  }
}
