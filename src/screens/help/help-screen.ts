import { asciiKey } from '../ascii.ts';
import { hintsOf, pressBound, scrolls } from '../bindings.ts';
import { layOut } from '../layout.ts';
import type { Screen } from '../screen.ts';
import { opened, type WizardState } from '../state.ts';
import { heading, labelled, plain, type StyledLine } from '../styled-line.ts';

const keys: readonly (readonly [string, string])[] = [
  ['↑ ↓  k j', 'select a step; scroll an opened step'],
  ['PgUp PgDn', 'the same, by ten lines'],
  ['Home End  g G', 'to the first one, or the last'],
  ['⏎', 'what the bottom line says: answer the question, or open the step'],
  ['→', 'open the selected step'],
  ['Esc  ←  h', 'back; select the running step again'],
  ['y  Y  a', 'apply this step; its phase; everything that is left'],
  ['n', 'decline; r then asks again'],
  ['s', 'apply the plan step by step; skip a step, with a reason for the journal'],
  ['d', 'show what drifted, before resuming a rollout'],
  ['r', 'retry a failed step'],
  ['e', 'edit an answer of the setup, and retry'],
  ['p', 'pause after this step; resume'],
  ['/', 'show only steps or lines that contain a text'],
  ['c', 'copy the suggested command, or the problem'],
  ['u', 'take back the steps that were skipped'],
  ['l  L', "show the log of this run, or of the step's container, in $PAGER"],
  ['o', 'open the file that the step failed in or writes, or the URL that it checks'],
  ['q  Ctrl-C', 'quit safely: finish the current change, and note it in the journal'],
  ['Ctrl-C twice', 'quit at once; the next run resumes all the same'],
  ['Ctrl-Z', 'suspend; fg resumes'],
];

const symbols: readonly (readonly [string, string])[] = [
  ['✔', 'done, or nothing to change'],
  ['●', 'running'],
  ['○', 'pending, or not started'],
  ['–', 'skipped'],
  ['✖', 'failed'],
  ['≠', 'drifted: was done, and has changed since'],
  ['⊘', 'blocked by another step'],
  ['?', 'was done, and could not be checked now'],
  ['⇄', 'cross-schema foreign key'],
];

/** Explains every key and every symbol. Any key that does not scroll closes it. */
export const helpScreen: Screen<'help'> = {
  lines: (_, { isAscii }) => helpLines(isAscii),
  hints: (_, state) => [...hintsOf(scrollKeys(state)), ['any other key', 'back']],
  press: ({ over }, key, state) => {
    const { ui } = state;
    return pressBound(scrollKeys(state), key, ui, { ui: opened(ui, over) });
  },
};

function scrollKeys({ size, isAscii }: WizardState) {
  return scrolls(layOut(size, null, helpLines(isAscii)).overflow);
}

function helpLines(isAscii: boolean): readonly StyledLine[] {
  const row = ([key, does]: readonly [string, string]) =>
    labelled(`  ${(isAscii ? asciiKey(key) : key).padEnd(14)}`, does);
  return [heading('Keys'), ...keys.map(row), plain(''), heading('Symbols'), ...symbols.map(row)];
}
