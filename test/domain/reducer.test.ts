import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Reported } from '../../src/domain/events.ts';
import {
  initialState,
  outputKept,
  type RolloutState,
  reduce,
  type StepState,
} from '../../src/domain/reducer.ts';
import { diskFull, finishedStep, stamped, started, step01, step23 } from '../support/program/events.ts';

const folded = (...told: readonly Reported[]): RolloutState =>
  [started, ...told].map((one) => stamped(one)).reduce(reduce, initialState);
const stepOf = (state: RolloutState, id = '0.1'): StepState => {
  const step = state.steps.find((one) => one.id === id);
  if (step === undefined) throw new Error(`no step ${id}`);
  return step;
};
const step = (...told: readonly Reported[]) => stepOf(folded(...told));

const change = { status: 'exact', kind: 'write', summary: 'write a', lines: [], reversible: true } as const;
const finding = { what: 'a', expected: 'x', actual: 'nothing' } as const;
const evidence = {
  type: 'evidence',
  ...step01,
  item: '0.1#1',
  target: 'workspace',
  summary: '4 folders',
} as const;

it('starts with every step pending, without the state of an earlier run', () => {
  const state = reduce(
    folded(finishedStep(step01, 'done', 'x'), { type: 'problem', problem: diskFull }),
    stamped(started),
  );
  expect(state.steps.map(({ id, title, state: now }) => [id, title, now])).toEqual([
    ['0.1', 'infrastructure', 'waiting'],
    ['0.4', 'starter schema', 'waiting'],
    ['2.3', 'validation', 'waiting'],
  ]);
  expect(state.problems).toEqual([]);
});

it('shows the planned changes of a step', () => {
  const planned = { type: 'step.planned', ...step01, state: 'change', summary: 'folders' } as const;
  expect(step({ ...planned, findings: [finding], changes: [change] })).toMatchObject({
    state: 'waiting',
    summary: 'folders',
    findings: [finding],
    changes: [change],
  });
});

it('shows the running change until it is done', () => {
  const begun: Reported = { type: 'change.started', ...step01, index: 1, of: 2, summary: 'write a' };
  const running: Reported = { type: 'step.started', ...step01 };
  expect(step(running, begun)).toMatchObject({
    state: 'running',
    change: { index: 1, of: 2, summary: 'write a' },
  });
  expect(step(running, begun, { type: 'change.finished', ...step01, index: 1, of: 2 }).change).toBeNull();
  expect(step(running, begun, finishedStep(step01, 'failed', 'no')).change).toBeNull();
});

it('keeps only the evidence of the last attempt', () => {
  const running: Reported = { type: 'step.started', ...step01 };
  expect(step(running, evidence, evidence).evidence).toHaveLength(2);
  expect(step(running, evidence, running).evidence).toEqual([]);
});

it('keeps the beginning of a very long line, with the number of characters left out', () => {
  const { output } = step({
    type: 'output',
    ...step01,
    line: `${'x'.repeat(999)}😀${'y'.repeat(1_000_000)}`,
  });
  expect(output).toEqual([`${'x'.repeat(999)} … 1000002 more characters (all of them are in the log)`]);
});

it('keeps the last lines of output, however many come', () => {
  const lines = Array.from({ length: outputKept + 50 }, (_, index) => `line ${index}`);
  const { output } = step(...lines.map((line): Reported => ({ type: 'output', ...step01, line })));
  expect(output).toHaveLength(outputKept);
  expect(output.at(-1)).toBe(`line ${outputKept + 49}`);
});

it.each(['done', 'already', 'skipped', 'failed', 'stopped'] as const)('ends a step as %s', (outcome) => {
  const open = [{ item: '0.1#2', reason: 'no droplet' }];
  expect(step(finishedStep(step01, outcome, 'words', open))).toMatchObject({
    state: outcome,
    summary: 'words',
    milliseconds: 12,
    open,
  });
});

it('shows the result of a check for a step that the journal knows', () => {
  expect(step({ type: 'step.status', ...step01, state: 'drifted', summary: 'a is gone' })).toMatchObject({
    status: { state: 'drifted' },
    summary: 'a is gone',
  });
});

it('keeps notes and problems in their order, and records when the plan is complete', () => {
  const notes = (...texts: readonly string[]) =>
    texts.map((text): Reported => ({ type: 'note', level: 'info', text }));
  const planned: Reported = { type: 'plan.ready', changes: 3, consents: ['--overwrite'] };
  const state = folded(...notes('one', 'two'), { type: 'problem', ...step23, problem: diskFull });
  expect(state.notes.map(({ text }) => text)).toEqual(['one', 'two']);
  expect(state.problems).toMatchObject([{ step: '2.3', problem: { code: 'ERP-0402' } }]);
  expect([state.isPlanned, folded(planned).isPlanned]).toEqual([false, true]);
});

it('records how the rollout ended', () => {
  const counts = { done: 1, already: 0, skipped: 0, failed: 0, stopped: 0, open: 0 };
  const end: Reported = { type: 'rollout.finished', counts, exit: 0, milliseconds: 6100, journal: 'j' };
  expect(folded(end).finished).toMatchObject({ exit: 0, counts: { done: 1 } });
});

it('does not change other steps, and ignores an unknown step', () => {
  const before = folded();
  const elsewhere: Reported = { type: 'step.started', phase: 'docs', step: '4.1' };
  expect(reduce(before, stamped(elsewhere)).steps).toEqual(before.steps);
  expect(stepOf(folded({ type: 'step.started', ...step01 }), '2.3').state).toBe('waiting');
});

it('does not mutate the given state', () => {
  const someTold = fc.constantFrom<Reported>(
    { type: 'step.started', ...step01 },
    { type: 'output', ...step23, line: 'x' },
    evidence,
    finishedStep(step23, 'done', 'y'),
    { type: 'note', level: 'info', text: 'z' },
    { type: 'problem', problem: diskFull },
    started,
  );
  fc.assert(
    fc.property(fc.array(someTold), (all) => {
      let state = deepFrozen(initialState);
      for (const told of all) state = deepFrozen(reduce(state, stamped(told)));
    }),
  );
});

function deepFrozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFrozen(part);
  }
  return value;
}
