import { Secret } from '../../domain/secret.ts';
import { graphemesOf } from '../columns.ts';
import { edited } from '../field.ts';
import type { Screen } from '../screen.ts';
import { answered } from '../state.ts';
import { heading, plain, type StyledLine } from '../styled-line.ts';

/** Asks for the passphrase of a key. Blanks are part of the passphrase; no character is shown. */
export const passphraseScreen: Screen<'passphrase'> = {
  isField: true,
  lines: ({ question: { key, again, asks }, typed }) => {
    const wrong: readonly StyledLine[] = again
      ? [
          { text: asks === undefined ? '  ✖ wrong passphrase' : '  ✖ not accepted', tone: 'bad', hang: 4 },
          plain(''),
        ]
      : [];
    return [
      ...(asks === undefined
        ? [
            heading(`Passphrase of ${key}`),
            plain('The server accepts this key. Its passphrase is used in memory and not stored.'),
          ]
        : [heading(`${key} asks: ${asks}`), plain('The answer is used in memory and not stored.')]),
      plain(''),
      ...wrong,
      plain(`  › ${'•'.repeat(graphemesOf(typed.reveal()).length)}▏`),
    ];
  },
  hints: ({ typed, question: { asks } }) => [
    ...(typed.reveal() === '' ? [] : [['⏎', asks === undefined ? 'unlock the key' : 'answer'] as const]),
    ['Esc', asks === undefined ? 'continue without this key' : 'stop the log-in'],
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

/** A line end at the end of a paste is removed: it was copied by accident. */
function withoutLastLineEnd(added: string, isPasted: boolean): string {
  return isPasted ? added.replace(/[\r\n]+$/, '') : added;
}
