import { describe, expect, it } from 'vitest';
import { byExtent } from '../../run/sample.ts';
import { explore, productRules, type Rules, type Setting } from './lock-model.ts';

const settings = (processes: number): readonly Setting[] =>
  [false, true].flatMap((isForced) =>
    [false, true].flatMap((hasSockets) =>
      [0, 1].map((other) => ({
        processes,
        namespaces: Array.from({ length: processes }, (_, index) => (index === processes - 1 ? other : 0)),
        hasSockets,
        isForced,
      })),
    ),
  );

const all = byExtent({ usual: settings(2), all: [...settings(2), ...settings(3)] });

it('in no order of steps do two processes work at the same time, or does one start a change without the lock, or repeat one without a question', () => {
  let states = 0;
  for (const setting of all) {
    const outcome = explore(setting);
    states += outcome.states;
    expect({ setting, violation: outcome.violation }).toEqual({ setting, violation: null });
  }
  process.stdout.write(`${states} states of the lock and the journal visited\n`);
  expect(states).toBeGreaterThan(1_000);
}, 1_200_000);

const faults: Readonly<Record<string, Partial<Rules>>> = {
  'not visible counts as gone': {
    livenessOf: (seen, socket) =>
      seen === 'running' ? 'running' : socket === 'running' && seen !== 'unknown' ? 'running' : 'gone',
  },
  'a running holder does not matter': { mayTake: () => true },
  'a claim is not confirmed, and the lock is not asserted': { holdsLock: () => true },
  'an entry that is not the highest still holds': { holdsLock: (numbers, own) => numbers.includes(own) },
  'an open record means nothing': { inDoubt: () => false },
  'an unknown holder may be robbed': { mayTake: (holder, isForced) => holder !== 'running' || isForced },
};

describe('a planted fault', () => {
  it.each(Object.entries(faults))('is found: %s', (_, fault) => {
    const rules = { ...productRules, ...fault };
    const found = settings(2).map((setting) => explore(setting, rules).violation);
    expect(found.some((violation) => violation !== null)).toBe(true);
  });
});
