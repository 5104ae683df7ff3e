import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { renderToString } from 'ink';
import { createElement } from 'react';
import { describe, expect, it } from 'vitest';
import type { RolloutEvent } from '../../src/domain/events.ts';
import type { FrontEnd, Question } from '../../src/domain/front-end.ts';
import { initialState, reduce } from '../../src/domain/reducer.ts';
import { Reporter } from '../../src/engine/reporter.ts';
import type { KeyPress } from '../../src/screens/key-press.ts';
import { PlainWizard } from '../../src/screens/plain/plain-wizard.ts';
import { press } from '../../src/screens/screens.ts';
import { asked, initialUi, type Ui, type WizardState } from '../../src/screens/state.ts';
import { WizardView } from '../../src/screens/view/WizardView.tsx';
import { byExtent } from '../run/sample.ts';
import { rolloutOf } from '../support/program/hostile-rollout.ts';
import { forgedLines, hostileTexts, rawCharacters } from '../support/program/hostile-texts.ts';
import { letter } from '../support/wizard/wizard-state.ts';

const clock = () => '2026-11-22T21:04:00.000Z';
/** A screen on which every text is completely visible. */
const size = { columns: 600, rows: 120 };
const shownChange = (text: string) =>
  ({ status: 'exact', kind: 'sql', summary: text, lines: [text], reversible: false }) as const;

/** Returns one question of each type, in which every text from outside is this one. */
const questionsOf = (
  text: string,
): { readonly [Type in Question['type']]: Extract<Question, { type: Type }> } => {
  const consent = { flag: '--force', why: text, excerpt: [text] } as const;
  const problem = {
    code: 'ERP-0501',
    what: text,
    why: text,
    todo: [{ text }],
    exit: 4,
    excerpt: [text],
  } as const;
  const field = { name: 'host', label: text, why: text, initial: text, choices: [text], fault: () => null };
  return {
    setup: { type: 'setup', intro: [text], fields: [{ ...field, empty: text }] },
    resume: { type: 'resume', startedAt: '2026-11-21T17:52:00.000Z', stoppedIn: text },
    'confirm-plan': { type: 'confirm-plan', changes: 1 },
    'confirm-more': { type: 'confirm-more', step: '0.1', changes: [shownChange(text)], beyond: true },
    consent: { type: 'consent', step: '0.1', consent },
    repeat: { type: 'repeat', step: '0.1', change: text },
    failure: { type: 'failure', step: '0.1', problem, editable: true, dependents: [] },
    skipped: { type: 'skipped', steps: ['0.1'], reason: text },
    'host-key': { type: 'host-key', host: text, keyType: text, fingerprint: text, file: text },
    words: { type: 'words', step: '0.1', asked: { label: text, why: text } },
    passphrase: { type: 'passphrase', key: text, again: true, asks: text },
  };
};
type QuestionType = Question['type'];

/** Panes that a key opens at a question. */
const opening: Readonly<Record<string, readonly string[]>> = {
  'the question itself': [],
  'the opened step': ['enter'],
  'the opened step and its keys': ['enter', '?'],
  'the reason of a skip': ['s'],
  'the answers': ['e'],
  'the drifted steps': ['d'],
};

/** Reports the rollout up to a question of this type, and asks the question. */
function reportTo(frontEnd: FrontEnd, text: string, type: QuestionType): void {
  const reporter = new Reporter(frontEnd, clock);
  for (const reported of rolloutOf(text)) if (reported.type !== 'rollout.finished') reporter.emit(reported);
  void reporter.ask(questionsOf(text)[type], AbortSignal.abort()).catch(() => undefined);
}

/** Returns the state in which the wizard shows a question. */
function stateAt(text: string, type: QuestionType): WizardState {
  let [rollout, ui]: [WizardState['rollout'], Ui] = [initialState, initialUi];
  const frontEnd: FrontEnd = {
    show: (event: RolloutEvent) => {
      rollout = reduce(rollout, event);
    },
    ask: async (question) => {
      ui = asked(ui, question);
      return { type: 'decline' };
    },
  };
  reportTo(frontEnd, text, type);
  return { rollout, ui, size, now: Date.parse(clock()), isAscii: false, waits: [] };
}

const keyOf = (key: string): KeyPress => (key === 'enter' ? { key } : letter(key));

/** Draws every pane that the question leads to. */
function panesOf(text: string, type: QuestionType): readonly string[] {
  const first = stateAt(text, type);
  const drawn = new Set<string>();
  for (const keys of Object.values(opening)) {
    let state = first;
    for (const key of keys) state = { ...state, ui: press(state, keyOf(key)).ui };
    if (state !== first || keys.length === 0)
      drawn.add(renderToString(createElement(WizardView, { state }), { columns: size.columns }));
  }
  return [...drawn];
}

const types = Object.keys(questionsOf('')) as QuestionType[];
/** All hostile texts in one, because drawing is slow; each separately in `npm run test:all`. */
const corpus: Readonly<Record<string, string>> = {
  'all hostile texts': Object.values(hostileTexts).join(' '),
  ...byExtent<Readonly<Record<string, string>>>({ usual: {}, all: hostileTexts }),
};
const cases = types.flatMap((type) => Object.keys(corpus).map((name) => [type, name] as const));

describe('the wizard', () => {
  it.each(cases)('at the question %s, shows %s escaped', (type, name) => {
    const panes = panesOf(corpus[name] ?? '', type);
    expect(panes.join('')).toMatch(/\\x|\\u|\\n|\\r/);
    for (const pane of panes) {
      const text = stripVTControlCharacters(pane);
      for (const sequence of ['\x07', '\x1b]', '\x1b[8m', '\x1b[2J', '\x9b'])
        expect(pane).not.toContain(sequence);
      expect(text).not.toMatch(rawCharacters);
      expect(forgedLines(text)).toEqual([]);
    }
  });

  it('shows the hostile texts, so that the previous test checks them', () => {
    for (const type of types) expect(panesOf('from outside', type).join('')).toContain('from outside');
  });
});

describe('the wizard in lines of text', () => {
  it.each(cases)('at the question %s, prints %s escaped', async (type, name) => {
    const printed: string[] = [];
    const wizard = new PlainWizard({
      stdin: new PassThrough(),
      print: (text) => void printed.push(text),
      show: () => undefined,
      askPassphrase: async () => ({ type: 'passphrase', passphrase: null }),
      interrupt: () => undefined,
      showLog: async () => undefined,
      openFile: async () => undefined,
      openUrl: async () => true,
    });
    const stop = new AbortController();
    const reporter = new Reporter(wizard, clock);
    const text = corpus[name] ?? '';
    for (const reported of rolloutOf(text)) if (reported.type !== 'rollout.finished') reporter.emit(reported);
    const answer = reporter.ask(questionsOf(text)[type], stop.signal).catch(() => undefined);
    stop.abort();
    await answer;
    await wizard.close();
    const output = printed.join('');
    expect(output).not.toMatch(rawCharacters);
    expect(forgedLines(output)).toEqual([]);
  });
});
