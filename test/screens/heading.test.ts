import { describe, expect, it } from 'vitest';
import type { Reported } from '../../src/domain/events.ts';
import { asciiText } from '../../src/screens/ascii.ts';
import { keyHints, press } from '../../src/screens/screens.ts';
import type { WizardState } from '../../src/screens/state.ts';
import { headingOf } from '../../src/screens/view/heading.ts';
import { begun, letter, log, questions, running, stateAfter } from '../support/wizard/wizard-state.ts';

/** Returns the state some seconds after its last event. */
function later(state: WizardState, seconds: number): WizardState {
  return { ...state, now: Date.parse(state.rollout.lastAt ?? '') + seconds * 1000 };
}

describe('while erp-deploy works and keys do nothing, the header shows', () => {
  const [, start, ...plans] = begun;
  const started: readonly Reported[] = [log, ...(start === undefined ? [] : [start])];

  it('which step is checked, and after two seconds for how long', () => {
    const checking = stateAfter([...started, ...plans.slice(0, 2)]);
    expect(headingOf(later(checking, 1)).right).toMatch(/^checking 0\.3 … {2}/);
    expect(headingOf(later(checking, 5)).right).toMatch(/^checking 0\.3 … 5 s {2}/);
  });

  it('what it waits for outside a step', () => {
    const waiting = stateAfter([...started, { type: 'waiting', text: 'connecting to droplet' }]);
    expect(headingOf(later(waiting, 3)).right).toMatch(/^connecting to droplet … 3 s {2}/);
    const before = stateAfter([{ type: 'waiting', text: 'connecting to droplet' }]);
    expect(headingOf(later(before, 3)).right).toBe('connecting to droplet … 3 s');
  });

  it('nothing while it asks a question', () => {
    const asking = stateAfter([...begun, running], questions['confirm-more']);
    expect(headingOf(later(asking, 60)).right).not.toContain('60 s');
  });
});

it('the clock in the header leaves out the time that the operator took to answer', () => {
  const state = stateAfter([...begun, running]);
  const from = Date.parse(state.rollout.started?.at ?? '');
  const at = (seconds: number) => from + seconds * 1000;
  const clock = (now: number, waits: WizardState['waits']) =>
    /\d\d:\d\d/.exec(headingOf({ ...state, now, waits }).right)?.[0];
  const setUp = { from: at(-30), until: at(-10) };
  const answeredAfter = { from: at(2), until: at(62) };
  expect(clock(at(65), [setUp, answeredAfter])).toBe('00:05');
  expect(clock(at(90), [setUp, answeredAfter, { from: at(70), until: null }])).toBe('00:10');
});

describe('a filter', () => {
  function typed(state: WizardState, text: string): WizardState {
    let now = state;
    for (const key of `/${text}`) now = { ...now, ui: press(now, letter(key)).ui };
    return now;
  }

  it('is shown while it is typed, when letters are text, and Esc clears it', () => {
    const state = typed(stateAfter(begun), 'q2');
    expect(headingOf(state).right).toContain('/q2▏');
    expect(keyHints(state).map(([key]) => key)).toEqual(['⏎', 'Esc']);
    const kept = { ...state, ui: press(state, { key: 'enter' }).ui };
    expect(headingOf(kept).right).toMatch(/\/q2 /);
    expect(press(kept, { key: 'escape' }).ui.filter).toBe('');
  });
});

it('c copies the suggested command of a problem', () => {
  const problem = {
    ...questions.failure.problem,
    todo: [{ text: 'Free some space.' }, { text: 'Then', command: ['erp-deploy', 'run', '--from', '2.1'] }],
  };
  const failed = stateAfter([...begun, running], { ...questions.failure, problem });
  const reaction = press(failed, letter('c'));
  expect(reaction.copy).toBe('erp-deploy run --from 2.1');
  expect(headingOf({ ...failed, ui: reaction.ui }).right).toContain('copied');
});

it('a symbol in ASCII is as wide as in Unicode', () => {
  expect(asciiText('✔ done ▸ ─── … 漢')).toBe('v done > --- ~ ??');
});
