import { describe, expect, it } from 'vitest';
import { byExtent } from '../../run/sample.ts';
import { exploreHost, type Rules } from './host-model.ts';
import { hostRulesOf, productScripts, type Scripts } from './host-rules.ts';
import type { Setting } from './host-state.ts';
import { productJournal } from './journal-rules.ts';

const settings = (rollouts: number): readonly Setting[] =>
  [false, true].flatMap((sharesWorkspace) =>
    [false, true].map((isForced) => ({ rollouts, sharesWorkspace, isForced })),
  );

const all = byExtent({ usual: settings(2), all: [...settings(2), ...settings(3)] });

it('in no order of steps do two rollouts change a host at the same time, or does one change it after it lost its lock', () => {
  const rules = { ...hostRulesOf(productScripts), ...productJournal };
  let states = 0;
  const started = process.cpuUsage();
  for (const setting of all) {
    const outcome = exploreHost(setting, rules);
    states += outcome.states;
    expect({ setting, violation: outcome.violation }).toEqual({ setting, violation: null });
  }
  const seconds = process.cpuUsage(started).user / 1e6;
  process.stdout.write(
    `${states} states of the host lock and the journal visited (${seconds.toFixed(1)} s)\n`,
  );
  expect(states).toBeGreaterThan(10_000);
}, 1_200_000);

/** Faults to plant: each replaces a text that the scripts of the product contain. */
const faults: Readonly<
  Record<string, readonly [script: keyof Scripts, text: string, planted: string, violation: RegExp]>
> = {
  'a heartbeat does not matter': ['lock', '"$age" -le 60', '"$age" -le -60', /with a heartbeat/],
  'a running command does not matter': [
    'lock',
    '! is_idle -n; then print_owner',
    'false; then print_owner',
    /same time/,
  ],
  'a release does not check the token': [
    'lock',
    '[ "$(cat lock/token 2>/dev/null)" = "$1" ] && is_idle',
    'is_idle',
    /removed/,
  ],
  'a heartbeat does not check the token': ['lock', '[ "$(cat lock/token)" = "$1" ] &&', '', /alive|lost/],
  'a command does not check the token': [
    'frame',
    '[ "$(cat -- "$file" 2>/dev/null)" = "$token" ]',
    ':',
    /taken over/,
  ],
  'a command does not hold the lock while it runs': [
    'frame',
    'flock -s -w 0.2 8 &&',
    '',
    /same time|taken over/,
  ],
  'a command does not wait until the lock is taken': [
    'frame',
    'flock -s -w 0.2 8 &&',
    '{ flock -s -n 8 || :; } &&',
    /same time|taken over/,
  ],
};

describe('a planted fault in the scripts', () => {
  it.each(Object.entries(faults))('is found: %s', (_, [script, text, planted, violation]) => {
    expect(productScripts[script]).toContain(text);
    const scripts = { ...productScripts, [script]: productScripts[script].replace(text, planted) };
    const rules = { ...hostRulesOf(scripts), ...productJournal };
    expect(firstViolation(rules)).toMatch(violation);
  });
});

it('is found: a journal whose intents without outcomes are ignored', () => {
  const rules = { ...hostRulesOf(productScripts), inDoubt: () => false };
  expect(firstViolation(rules)).toContain('without asking');
});

function firstViolation(rules: Rules): string | null {
  for (const setting of settings(2)) {
    const { violation } = exploreHost(setting, rules);
    if (violation !== null) return violation;
  }
  return null;
}
