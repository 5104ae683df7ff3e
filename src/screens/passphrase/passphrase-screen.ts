import { Secret } from '../../domain/secret.ts';
import { graphemesOf } from '../columns.ts';
import { edited } from '../field.ts';
import type { Screen } from '../screen.ts';
import { answered } from '../state.ts';
import { heading, plain, type StyledLine } from '../styled-line.ts';

/** Asks for the passphrase of a key. Every character counts, and none is shown. */
export const passphraseScreen: Screen<'passphrase'> = {
  isField: true,
  lines: ({ question: { key, again }, typed }) => {
    const wrong: readonly StyledLine[] = again
      ? [{ text: '  ✖ wrong passphrase', tone: 'bad', hang: 4 }, plain('')]
      : [];
    return [
      heading(`Passphrase of ${key}`),
      plain('The server accepts this key. Its passphrase is used in memory and not stored.'),
      plain(''),
      ...wrong,
      plain(`  › ${'•'.repeat(graphemesOf(typed.reveal()).length)}▏`),
    ];
  },
  hints: ({ typed }) => [
    ...(typed.reveal() === '' ? [] : [['⏎', 'unlock the key'] as const]),
    ['Esc', 'continue without this key'],
    ['Ctrl-C', 'quit'],
  ],
  press: (mode, key, { ui }) => {
    const typed = mode.typed.reveal();
    if (key.key === 'escape') {
      return { ui: answered(ui), intent: { type: 'passphrase', passphrase: null } };
    }
    if (key.key === 'enter') {
      if (typed === '') return { ui };
      return { ui: answered(ui), intent: { type: 'passphrase', passphrase: new Secret(typed) } };
    }
    const text = edited(typed, key, withoutLastLineEnd);
    return text === null ? { ui } : { ui: { ...ui, mode: { ...mode, typed: new Secret(text, 'draft') } } };
  },
};

/** A line end at the end of a paste was copied by accident. */
function withoutLastLineEnd(added: string, isPasted: boolean): string {
  return isPasted ? added.replace(/[\r\n]+$/, '') : added;
}
