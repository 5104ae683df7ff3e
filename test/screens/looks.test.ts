import { stripVTControlCharacters } from 'node:util';
import { renderToString } from 'ink';
import { createElement } from 'react';
import { describe, expect, it } from 'vitest';
import type { Question } from '../../src/domain/front-end.ts';
import { asciiText } from '../../src/screens/ascii.ts';
import { columnsOf } from '../../src/screens/columns.ts';
import type { KeyPress } from '../../src/screens/key-press.ts';
import { keyLine, screenLines } from '../../src/screens/plain/plain-screen.ts';
import { press } from '../../src/screens/screens.ts';
import type { WizardState } from '../../src/screens/state.ts';
import { Colored } from '../../src/screens/view/Text.tsx';
import { WizardView } from '../../src/screens/view/WizardView.tsx';
import { sampleOf } from '../run/sample.ts';
import { begun, letter, questions, running, stateAfter } from '../support/wizard/wizard-state.ts';

// Draws every screen that a journey can reach, in every look, without a terminal. test/e2e/wizard-*.test.ts tests them
// in real terminals.

interface Look {
  readonly columns: number;
  readonly rows: number;
  readonly colored?: boolean;
  readonly ascii?: boolean;
}

const looks: Readonly<Record<string, Look>> = {
  '80×24': { columns: 80, rows: 24 },
  '120×40': { columns: 120, rows: 40 },
  '60×18': { columns: 60, rows: 18 },
  NO_COLOR: { columns: 80, rows: 24, colored: false },
  'LANG=C': { columns: 80, rows: 24, ascii: true },
};

const enter: KeyPress = { key: 'enter' };
const down: KeyPress = { key: 'down' };
/** Keys that the operator presses at a question. */
const walks: Readonly<Record<string, readonly KeyPress[]>> = {
  'as it is asked': [],
  'with the keys explained': [letter('?')],
  'after Esc': [{ key: 'escape' }],
  'after Enter': [enter],
  'one further down': [down, enter],
  'after s': [letter('s')],
  'after s and a reason': [letter('s'), letter('x')],
  'after e': [letter('e')],
  'after e, typing': [letter('e'), enter, letter('x')],
  'after d': [letter('d')],
  'with a filter': [letter('/'), letter('0')],
};

const kinds = Object.values(questions).map(({ type }) => type);
const journeys = kinds.flatMap((kind) => Object.keys(walks).map((walk) => ({ kind, walk })));
const combinations = Object.keys(looks).flatMap((look) => journeys.map((journey) => ({ look, ...journey })));

function stateOf(kind: Question['type'], walk: string, look: Look = { columns: 80, rows: 24 }): WizardState {
  const { columns, rows, ascii = false } = look;
  const start = stateAfter([...begun, running], questions[kind]);
  const state = { ...start, size: { columns, rows }, isAscii: ascii };
  let { ui } = state;
  for (const key of walks[walk] ?? []) ui = press({ ...state, ui }, key).ui;
  return { ...state, ui };
}

function frameOf(state: WizardState, { columns, colored = true, ascii }: Look): string {
  const view = createElement(Colored.Provider, { value: colored }, createElement(WizardView, { state }));
  const frame = renderToString(view, { columns });
  return ascii === true ? asciiText(frame) : frame;
}

describe('a screen', () => {
  it.each(sampleOf('screens in looks', combinations, { usual: 8 }))(
    'at $look fits: $kind, $walk',
    ({ look: name, kind, walk }) => {
      const look = looks[name];
      if (look === undefined) throw new Error(`no look ${name}`);
      const frame = frameOf(stateOf(kind, walk, look), look);
      const lines = stripVTControlCharacters(frame).split('\n');
      expect(lines.length).toBeLessThanOrEqual(look.rows);
      expect(lines.filter((line) => columnsOf(line) > look.columns)).toEqual([]);
      expect(frame).not.toMatch(/undefined|\[object/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
      if (look.colored === false) expect(frame).not.toMatch(/\x1b/);
      if (look.ascii === true) expect(frame).toMatch(/^[\0-\x7f]*$/);
    },
  );
});

// In line mode, ? shows the question again.
const spoken = journeys.filter(({ walk }) => walk !== 'with the keys explained');

it.each(sampleOf('screens as lines', spoken, { usual: 4 }))(
  'a screen with TERM=dumb is lines with words for signs: $kind, $walk',
  ({ kind, walk }) => {
    const state = stateOf(kind, walk, { columns: 10_000, rows: 100_000 });
    const text = [...screenLines(state), keyLine(state)].join('\n');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
    expect(text).not.toMatch(/\x1b|[✔✖●○≠⊘▸│─█░⏎]/);
    expect(text).toMatch(/Type \S/);
  },
);
