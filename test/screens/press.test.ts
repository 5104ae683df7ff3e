import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Question } from '../../src/domain/front-end.ts';
import type { KeyPress } from '../../src/screens/key-press.ts';
import { keyHints, press, textOf } from '../../src/screens/screens.ts';
import { selectedStep } from '../../src/screens/selected-step.ts';
import type { WizardState } from '../../src/screens/state.ts';
import {
  anyKey,
  anyStart,
  begun,
  letter,
  log,
  questions,
  running,
  stateAfter,
} from '../support/wizard/wizard-state.ts';

const enter: KeyPress = { key: 'enter' };
const esc: KeyPress = { key: 'escape' };

function having(state: WizardState, ...keys: readonly KeyPress[]): WizardState {
  let ui = state.ui;
  for (const key of keys) ui = press({ ...state, ui }, key).ui;
  return { ...state, ui };
}

describe('a key answers the waiting question', () => {
  it.each<[Question['type'], KeyPress, unknown]>([
    ['resume', enter, { type: 'approve' }],
    ['resume', letter('n'), { type: 'anew' }],
    ['resume', letter('q'), { type: 'stop' }],
    ['confirm-plan', enter, { type: 'step-by-step' }],
    ['confirm-plan', letter('s'), { type: 'step-by-step' }],
    ['confirm-plan', letter('a'), { type: 'approve' }],
    ['confirm-plan', letter('q'), { type: 'decline' }],
    ['confirm-more', letter('y'), { type: 'approve' }],
    ['confirm-more', letter('Y'), { type: 'approve-phase' }],
    ['confirm-more', letter('a'), { type: 'approve-all' }],
    ['confirm-more', letter('n'), { type: 'decline' }],
    ['consent', letter('y'), { type: 'approve' }],
    ['consent', letter('n'), { type: 'decline' }],
    ['host-key', letter('y'), { type: 'approve' }],
    ['host-key', letter('n'), { type: 'decline' }],
    ['repeat', letter('y'), { type: 'approve' }],
    ['repeat', letter('n'), { type: 'decline' }],
    ['failure', letter('r'), { type: 'retry' }],
    ['skipped', enter, { type: 'approve' }],
    ['skipped', letter('u'), { type: 'take-back' }],
    ['failure', letter('q'), { type: 'stop' }],
  ])('%s: %o', (type, key, intent) => {
    const reaction = press(stateAfter([...begun, running], questions[type]), key);
    expect(reaction.intent).toEqual(intent);
    expect(reaction.ui.question).toBeNull();
  });

  it.each<[Question['type'], string]>([
    ['consent', 'a'],
    ['consent', 'Y'],
    ['host-key', 's'],
    ['repeat', 's'],
    ['confirm-plan', 'y'],
    ['failure', 'y'],
  ])('%s: %s is no answer', (type, key) => {
    const reaction = press(stateAfter([...begun, running], questions[type]), letter(key));
    expect(reaction.intent).toBeUndefined();
    expect(reaction.ui.question).not.toBeNull();
  });

  it('failure: e only if there are answers to edit, as the line of keys shows', () => {
    const final = stateAfter([...begun, running], { ...questions.failure, editable: false });
    expect(press(final, letter('e')).intent).toBeUndefined();
    expect(keyHints(final).map(([key]) => key)).not.toContain('e');
  });

  it('only while the step that it is about is selected', () => {
    const elsewhere = having(stateAfter(begun, questions['confirm-more']), esc, { key: 'up' });
    expect(selectedStep(elsewhere)).toBe('0.1');
    expect(press(elsewhere, letter('y')).intent).toBeUndefined();
    const back = having(elsewhere, esc);
    expect(press(back, letter('y')).intent).toEqual({ type: 'approve' });
  });

  it('but Enter opens another selected step, as the line of keys shows', () => {
    const moved = having(stateAfter(begun, questions['confirm-plan']), { key: 'end' });
    const hints = keyHints(moved).map(([key, does]) => `${key} ${does}`);
    expect(hints).toEqual(expect.arrayContaining(['s step by step', '⏎ open']));
    expect(hints).not.toContain('⏎ step by step');
    const opened = press(moved, enter);
    expect(opened.intent).toBeUndefined();
    expect(opened.ui.mode).toEqual({ type: 'step' });
    expect(press(moved, letter('s')).intent).toEqual({ type: 'step-by-step' });
    // Otherwise, Enter in an opened step would answer for another step than the one that is shown.
    const shown = { ...moved, ui: opened.ui };
    expect(press(shown, enter)).toEqual({ ui: shown.ui });
    expect(press(shown, letter('s')).intent).toEqual({ type: 'step-by-step' });
  });

  it('but not if the terminal is too small to show it', () => {
    const small = { ...stateAfter(begun, questions['confirm-plan']), size: { columns: 59, rows: 24 } };
    expect(press(small, letter('a'))).toEqual({ ui: small.ui });
    expect(press(small, { key: 'ctrl-c' }).effect).toBe('interrupt');
  });

  it('but not by a paste', () => {
    const state = stateAfter(begun, questions['confirm-plan']);
    expect(press(state, { key: 'paste', text: 'a' })).toEqual({ ui: state.ui });
  });
});

it('Home and End select the first and the last step, as g and G do', () => {
  const state = stateAfter(begun, questions['confirm-plan']);
  const ids = state.rollout.steps.map(({ id }) => id);
  for (const [first, last] of [
    [{ key: 'home' }, { key: 'end' }],
    [letter('g'), letter('G')],
  ] as const) {
    expect(selectedStep(having(state, last))).toBe(ids.at(-1));
    expect(selectedStep(having(state, last, first))).toBe(ids[0]);
  }
});

describe('a declined change', () => {
  const declined = stateAfter([...begun, running], { ...questions.failure, declined: true, editable: false });

  it('is a choice: it can be repeated or skipped, and shows no error code', () => {
    const hints = keyHints(declined).map(([key, does]) => `${key} ${does}`);
    expect(hints).toEqual(expect.arrayContaining(['r ask again', 's skip', 'q quit']));
    expect(press(declined, letter('r')).intent).toEqual({ type: 'retry' });
    const text = textOf(declined)
      ?.lines.map((line) => line.text)
      .join('\n');
    expect(text).toContain('You declined this change.');
    expect(text).not.toContain('ERP-');
  });
});

describe('a reason', () => {
  const asked = having(stateAfter(begun, questions.failure), letter('s'));

  it('is typed, pasted and corrected, and sent with the skip', () => {
    const typed = having(asked, letter('x'), { key: 'backspace' }, { key: 'paste', text: 'not\nnow' });
    expect(press(typed, enter).intent).toEqual({ type: 'skip', reason: 'not now' });
  });

  it('cannot be empty', () => {
    expect(press(having(asked, letter(' ')), enter).intent).toBeUndefined();
  });

  it('can be cancelled', () => {
    expect(having(asked, letter('q'), esc).ui).toMatchObject({
      mode: { type: 'step' },
      question: { type: 'failure' },
    });
  });
});

describe('free text', () => {
  const asked = stateAfter([...begun, running], questions.words);

  it('is typed, pasted in several lines and corrected, and Enter saves it', () => {
    const paste: KeyPress = { key: 'paste', text: 'Measure first.\r\n\tThen cut.\u001b[2J\n' };
    const typed = having(asked, letter('q'), { key: 'backspace' }, paste, letter('!'), { key: 'backspace' });
    expect(press(typed, enter).intent).toEqual({ type: 'words', text: 'Measure first.\n Then cut. [2J' });
    expect(textOf(typed)?.lines.map(({ text }) => text)).toContain('  › Measure first.');
  });

  it('may be empty', () => {
    expect(press(asked, enter).intent).toEqual({ type: 'words', text: '' });
  });
});

it('loses a whole character at Backspace, even a joined one', () => {
  const asked = stateAfter([...begun, running], questions.words);
  const typed = having(asked, letter('a'), letter('👨'), letter('\u200d'), letter('👧'));
  expect(textOf(typed)?.lines.map(({ text }) => text)).toContain('  › a👨\u200d👧▏');
  const back: KeyPress = { key: 'backspace' };
  expect(press(having(typed, back), enter).intent).toEqual({ type: 'words', text: 'a' });
});

it('returns from the help to the previous screen', () => {
  const failed = stateAfter([...begun, running], questions.failure);
  for (const state of [failed, having(failed, esc), stateAfter(begun, questions.resume), stateAfter([log])]) {
    const help = having(state, letter('?'));
    expect(help.ui.mode.type).toBe('help');
    expect(having(help, letter('r')).ui).toEqual(state.ui);
  }
});

describe('stopping', () => {
  it('counts repeated q once, but a second Ctrl-C as a second one', () => {
    const state = stateAfter([...begun, running]);
    expect(press(state, letter('q')).effect).toBe('interrupt');
    const stopping = having(state, letter('q'));
    expect(press(stopping, letter('q')).effect).toBeUndefined();
    expect(press(stopping, { key: 'ctrl-c' }).effect).toBe('interrupt');
  });
});

it('does not scroll beyond the end of the text', () => {
  const opened = having(stateAfter(begun), enter);
  const small = { ...opened, size: { columns: 60, rows: 16 } };
  const most = textOf(small)?.overflow ?? 0;
  const pages = Array.from({ length: 20 }, (): KeyPress => ({ key: 'pageDown' }));
  expect(having(small, ...pages).ui.scroll).toBe(most);
  expect(having(small, ...pages, { key: 'up' }).ui.scroll).toBe(Math.max(0, most - 1));
});

it('follows the running step again after Esc', () => {
  const chosen = having(stateAfter([...begun, running]), { key: 'down' });
  expect(selectedStep(chosen)).toBe('0.3');
  expect(selectedStep(having(chosen, esc))).toBe('0.2');
});

/** Returns the keys that a hint represents. */
function keysOf(hint: string): readonly KeyPress[] {
  switch (hint) {
    case '⏎':
      return [enter];
    case 'Esc':
      return [esc];
    case '→':
      return [{ key: 'right' }];
    case '↑↓':
      return [{ key: 'up' }, { key: 'down' }];
    case 'Ctrl-C':
      return [{ key: 'ctrl-c' }];
    case 'any other key':
      return [letter('x'), esc, enter];
    default:
      return [letter(hint)];
  }
}

function doesSomething(state: WizardState, key: KeyPress): boolean {
  const { ui, intent, effect } = press(state, key);
  return intent !== undefined || effect !== undefined || JSON.stringify(ui) !== JSON.stringify(state.ui);
}

it('for any sequence of keys, nothing throws, and the line of keys names only keys with an effect', () => {
  fc.assert(
    fc.property(anyStart, fc.array(anyKey, { maxLength: 30 }), (start, keys) => {
      let state = start;
      for (const key of keys) {
        state = { ...state, ui: press(state, key).ui };
        for (const [hint, does] of keyHints(state)) {
          const works = keysOf(hint).some((one) => doesSomething(state, one));
          expect(works, `${hint} ${does}: ${JSON.stringify(state.ui)}`).toBe(true);
        }
        expect(textOf(state)?.lines.length ?? 1).toBeGreaterThan(0);
      }
    }),
    { numRuns: 500 },
  );
});
