import { Secret } from '../../domain/secret.ts';
import type { KeyPress } from '../key-press.ts';
import { answered, type Reaction, type Ui } from '../ui.ts';

/** Keys while a passphrase is typed: every character counts, and none is shown. */
export function pressInPassphrase(ui: Ui, typed: Secret, key: KeyPress): Reaction {
  const text = typed.reveal();
  const becomes = (changed: string): Reaction => ({
    ui: { ...ui, passphrase: new Secret(changed, 'draft') },
  });
  switch (key.key) {
    case 'text':
      return becomes(text + key.text);
    case 'paste':
      // The line end that was copied along is not meant.
      return becomes(text + key.text.replace(/[\r\n]+$/, ''));
    case 'backspace':
      return becomes([...text].slice(0, -1).join(''));
    case 'enter':
      if (text === '') return { ui };
      return { ui: answered(ui), intent: { type: 'passphrase', passphrase: new Secret(text) } };
    case 'escape':
      return { ui: answered(ui), intent: { type: 'passphrase', passphrase: null } };
    default:
      return { ui };
  }
}
