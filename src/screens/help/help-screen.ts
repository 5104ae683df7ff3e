import { hintsOf, pressBound, scrolls } from '../bindings.ts';
import { layOut } from '../layout.ts';
import type { Screen } from '../screen.ts';
import { opened, type WizardState } from '../state.ts';
import { heading, labelled, plain, type StyledLine } from '../styled-line.ts';

const keys: readonly (readonly [string, string])[] = [
  ['↑ ↓  k j', 'choose a step; scroll in an opened one'],
  ['PgUp PgDn', 'the same, by ten lines'],
  ['⏎  →', 'open the step'],
  ['Esc  ←  h', 'back; follow the running step again'],
  ['y  Y  a', 'do this step; its phase; everything that is left'],
  ['n', 'do not'],
  ['s', 'skip the step, with a reason that the journal keeps'],
  ['d', 'what drifted, where a roll-out is unfinished'],
  ['r', 'look again, after a failure'],
  ['e', 'edit an answer, and try again'],
  ['p', 'pause after this step; go on'],
  ['l', 'the log, in $PAGER'],
  ['q  Ctrl-C', 'stop safely: the current change is finished, the journal says where'],
  ['Ctrl-C twice', 'stop at once; the next run goes on all the same'],
  ['Ctrl-Z', 'suspend; fg comes back'],
];

const signs: readonly (readonly [string, string])[] = [
  ['✔', 'done and seen'],
  ['●', 'running'],
  ['○', 'to come'],
  ['–', 'skipped'],
  ['✖', 'failed'],
  ['≠', 'drifted: was done, and is not so any more'],
  ['!', 'was done, and could not be looked at now'],
  ['⇄', 'a key from one schema into the other'],
];

/** Explains every key and every symbol. Any key that does not scroll closes it. */
export const helpScreen: Screen<'help'> = {
  lines: helpLines,
  hints: (_, state) => [...hintsOf(scrollKeys(state)), ['any other key', 'back']],
  press: ({ over }, key, state) => {
    const { ui } = state;
    return pressBound(scrollKeys(state), key, ui, { ui: opened(ui, over) });
  },
};

function scrollKeys({ size }: WizardState) {
  return scrolls(layOut(size, null, helpLines()).overflow);
}

function helpLines(): readonly StyledLine[] {
  const row = ([key, does]: readonly [string, string]) => labelled(`  ${key.padEnd(14)}`, does);
  return [heading('Keys'), ...keys.map(row), plain(''), heading('Signs'), ...signs.map(row)];
}
