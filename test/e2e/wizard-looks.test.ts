import { expect, test } from 'vitest';
import { asciiText } from '../../src/screens/ascii.ts';
import { journalOf } from '../support/kill/journal.ts';
import { keys } from '../support/wizard/terminal.ts';
import {
  allLooks,
  configured,
  expectReadable,
  type HowToOpen,
  openWizard,
} from '../support/wizard/wizard.ts';

interface Look extends HowToOpen {
  readonly look: string;
  /** Whether symbols are ASCII characters. */
  readonly isAscii?: true;
}

const looks: readonly Look[] = [
  ...allLooks,
  { look: 'LANG=C', columns: 80, rows: 24, env: { LANG: 'C' }, isAscii: true },
  { look: 'LC_ALL=C before LANG', columns: 80, rows: 24, env: { LC_ALL: 'C' }, isAscii: true },
  {
    look: 'LC_CTYPE=en_US.UTF-8 before LANG',
    columns: 80,
    rows: 24,
    env: { LANG: 'C', LC_CTYPE: 'en_US.UTF-8' },
  },
];

// The sixth look, TERM=dumb, is in wizard-plain.test.ts.
test.each(looks)(
  'at $look: plan, step by step, decline, skip, apply all',
  async ({ look: _, isAscii, ...how }) => {
    const shown = (text: string) => (isAscii === true ? asciiText(text.replaceAll('⏎', 'Enter')) : text);
    const workspace = configured();
    const wizard = openWizard(workspace, { ...how, words: ['--until', '0.5'] });
    const plan = await wizard.until(shown('⏎ step by step'));
    expect(plan).toContain(shown('▸0.1 infrastructure'));
    expect(plan.split('\n').at(-1)).toMatch(/a apply all .* q quit .*\? keys/);
    wizard.press(keys.enter);
    await wizard.until(/0\.1 infrastructure {2}waiting for confirmation[\s\S]*y apply/);
    expect(wizard.text()).toMatch(/n decline .*s skip .*q quit .*\? keys/);
    wizard.press('n');
    await wizard.until('You declined this change');
    wizard.press('s');
    await wizard.until('Why skip 0.1');
    wizard.press('made by hand');
    await wizard.until(shown('made by hand▏'));
    wizard.press(keys.escape);
    await wizard.until('r ask again');
    wizard.press('r');
    await wizard.until(/0\.1 infrastructure {2}waiting for confirmation[\s\S]*y apply/);
    wizard.press('a');
    expect(await wizard.exit()).toBe(0);
    expect(wizard.history()).toContain(shown('✔ 4 done'));
    expect(journalOf(workspace).at(-1)).toMatchObject({ type: 'finished', exit: 0 });
    if (isAscii === true) expect(wizard.raw()).toMatch(/^[\0-\x7f]*$/);
    expectReadable(wizard, how);
  },
);
