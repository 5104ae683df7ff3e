import { describe, expect, it } from 'vitest';
import { type Selection, selectSteps } from '../../src/engine/selection.ts';

const everything: Selection = { phases: [], only: [], skip: new Map(), skipNow: [], from: null, until: null };

import { fileStep } from '../support/program/tiny-steps.ts';

const steps = [
  fileStep('0.1', 'a', 'x'),
  fileStep('0.2', 'b', 'x'),
  fileStep('2.1', 'c', 'x', { phase: 'local-test' }),
  fileStep('2.2', 'd', 'x', { phase: 'local-test' }),
];

function chosen(selection: Partial<Selection>): readonly string[] {
  const selected = selectSteps(steps, { ...everything, ...selection });
  if ('problems' in selected) throw new Error(selected.problems.map(({ what }) => what).join('; '));
  return selected.steps.map(({ id }) => id);
}

describe('selects', () => {
  it.each([
    ['everything without flags', {}, ['0.1', '0.2', '2.1', '2.2']],
    ['the steps of a phase', { phases: ['local-test'] }, ['2.1', '2.2']],
    ['named steps, in the order of the checklist', { only: ['2.2', '0.1'] }, ['0.1', '2.2']],
    ['from a step on', { from: '0.2' }, ['0.2', '2.1', '2.2']],
    ['up to a step, with it', { until: '2.1' }, ['0.1', '0.2', '2.1']],
    ['what all of them allow', { phases: ['local-test'], from: '0.2', until: '2.1' }, ['2.1']],
  ] satisfies [string, Partial<Selection>, string[]][])('%s', (_, selection, ids) => {
    expect(chosen(selection)).toEqual(ids);
  });

  it('a skipped step as well, which is reported as skipped', () => {
    expect(chosen({ skip: new Map([['0.2', 'not here']]) })).toContain('0.2');
  });
});

it.each([
  [
    'the last step comes before the first',
    { from: '2.1', until: '0.2' },
    'In the checklist, 2.1 comes after 0.2.',
  ],
  ['no step meets all flags', { phases: ['local-test'], only: ['0.1'] }, 'No step meets all of'],
  ['every step is left out', { only: ['0.1'], skipNow: ['0.1'] }, 'No step meets all of'],
] satisfies [string, Partial<Selection>, string][])('refuses a selection if %s', (_, selection, why) => {
  expect(selectSteps(steps, { ...everything, ...selection })).toMatchObject({
    problems: [{ code: 'ERP-0105', why: expect.stringContaining(why), exit: 2 }],
  });
});

it('keeps a step that the configuration skips, so that its reason is shown', () => {
  expect(chosen({ only: ['0.2'], skip: new Map([['0.2', 'not here']]) })).toEqual(['0.2']);
});

it('reports every fault of a selection at once, with the flag that caused it', () => {
  const selected = selectSteps(steps, {
    phases: ['locl-test'],
    only: ['9.9'],
    skip: new Map([['banana', 'why']]),
    skipNow: [],
    from: '0.7',
    until: '0.1.2',
  });
  expect(selected).toMatchObject({
    problems: [
      { what: expect.stringContaining('--only 9.9') },
      { what: expect.stringContaining('--skip banana') },
      { what: expect.stringContaining('--from 0.7') },
      { what: expect.stringContaining('--until 0.1.2') },
      { what: expect.stringContaining('--phase locl-test') },
    ],
  });
  if (!('problems' in selected)) throw new Error('a fault was expected');
  expect(new Set(selected.problems.map(({ exit }) => exit))).toEqual(new Set([2]));
});
