import { expect, it } from 'vitest';
import type { KeyPress } from '../../src/screens/key-press.ts';
import { keyHints, press } from '../../src/screens/screens.ts';
import { setupScreen } from '../../src/screens/setup/setup-screen.ts';
import type { WizardState } from '../../src/screens/state.ts';
import { letter, questions, stateAfter } from '../support/wizard/wizard-state.ts';

const start = stateAfter([], questions.setup);
function having(state: WizardState, ...keys: readonly KeyPress[]): WizardState {
  let ui = state.ui;
  for (const key of keys) ui = press({ ...state, ui }, key).ui;
  return { ...state, ui };
}
const shown = (state: WizardState) => {
  const { mode } = state.ui;
  return mode.type === 'setup' ? setupScreen.lines(mode, state)?.map(({ text }) => text) : [];
};
const hints = (state: WizardState) => keyHints(state).map(([key]) => key);
const backspaces = Array.from({ length: 9 }, (): KeyPress => ({ key: 'backspace' }));

it('asks one question after another, and explains each', () => {
  expect(shown(start)).toEqual(['Question 1 of 3', '', 'Host', '  It is routed.', '  › a.example▏', '']);
  expect(shown(having(start, { key: 'enter' }))).toContain('  › a.sql▏');
});

it('does not accept an invalid value, and shows what is expected', () => {
  const empty = having(start, ...backspaces);
  expect(shown(empty)).toContain('  ✖ expected a host name');
  expect(hints(empty)).not.toContain('⏎');
  expect(having(empty, { key: 'enter' }).ui).toEqual(empty.ui);
  const pasted = having(empty, { key: 'paste', text: ' b.example\n' }, { key: 'tab' });
  expect(shown(pasted)).toContain('  › b.example');
});

it('explains an empty answer if it is allowed', () => {
  const field = {
    name: 'a',
    label: 'A',
    why: 'Why.',
    initial: 'x',
    empty: 'it is skipped',
    fault: () => null,
  };
  const filled = stateAfter([], { type: 'setup', intro: [], fields: [field] });
  expect(shown(filled)).not.toContain('  – it is skipped');
  expect(shown(having(filled, { key: 'backspace' }))).toContain('  – it is skipped');
});

it('goes back, and keeps the typed text', () => {
  const second = having(start, letter('x'), { key: 'down' }, letter('y'));
  const first = having(second, { key: 'escape' });
  expect(shown(first)).toContain('  › a.examplex▏');
  expect(shown(having(first, { key: 'enter' }))).toContain('  › a.sqly▏');
  expect(having(start, { key: 'escape' }).ui.mode).toMatchObject({ type: 'setup', at: 0 });
});

it('returns all values, and whether to save them', () => {
  const last = having(start, { key: 'enter' }, { key: 'enter' });
  expect(hints(last)).toEqual(['y', 'n', 'Esc', 'Ctrl-C']);
  const values = { 'public-host': 'a.example', 'starter-schema': 'a.sql' };
  expect(press(last, letter('y')).intent).toEqual({ type: 'answers', values, keep: true });
  expect(press(last, letter('n')).intent).toEqual({ type: 'answers', values, keep: false });
  expect(press(last, { key: 'enter' }).intent).toBeUndefined();
});

it('treats letters that are keys elsewhere as text', () => {
  expect(shown(having(start, letter('q'), letter('?'), letter('l')))).toContain('  › a.exampleq?l▏');
});
