import { describe, expect, test } from 'vitest';
import { journalOf } from '../support/kill/journal.ts';
import type { Terminal } from '../support/wizard/terminal.ts';
import { configured, type HowToOpen, openWizard } from '../support/wizard/wizard.ts';

/** Opens the wizard in a terminal in which it prints lines. */
const opened = (workspace: string, how: HowToOpen = {}) =>
  openWizard(workspace, { env: { TERM: 'dumb' }, ...how });

/** Types a line after a text was printed. */
async function type(wizard: Terminal, after: string | RegExp, line: string): Promise<void> {
  await wizard.untilPrinted(after);
  wizard.press(`${line}\r`);
}

/** Symbols that a screen reader cannot read. */
const signs = /[✔✖●○–≠⊘▸│─█░⏎]/;

/** Cursor movements and styles. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const escapes = /\x1b/;

const kinds: readonly (readonly [string, HowToOpen])[] = [
  ['TERM=dumb', { env: { TERM: 'dumb' } }],
  ['--plain', { words: ['--plain'] }],
  ['INK_SCREEN_READER=true', { env: { INK_SCREEN_READER: 'true' } }],
];

describe.each(kinds)('with %s', (_, how) => {
  test('the wizard asks and reports line by line, with every status in words', async () => {
    const workspace = configured();
    const wizard = openWizard(workspace, { ...how, words: [...(how.words ?? []), '--until', '0.2'] });
    await type(wizard, /Apply \d+ changes\?[\s\S]*Type Enter: step by step, a: apply all, q: quit/, '');
    await type(wizard, /0\.1 infrastructure {2}waiting for confirmation[\s\S]*Type y: apply/, 'y');
    await wizard.untilPrinted(/0\.1 {2}infrastructure +done/);
    await type(wizard, /0\.2 [^\n]*waiting for confirmation[\s\S]*Type y: apply/, 'y');
    expect(await wizard.exit()).toBe(0);
    expect(wizard.history()).toMatch(/2 done[\s\S]*Next: erp-deploy/);
    expect(wizard.raw()).not.toMatch(escapes);
    expect(wizard.history()).not.toMatch(signs);
    expect(journalOf(workspace).filter(({ type }) => type === 'verified')).toHaveLength(2);
  });
});

describe('a typed line', () => {
  test('without a meaning changes nothing, and lists what can be typed', async () => {
    const wizard = opened(configured(), { words: ['--until', '0.1'] });
    await type(wizard, 'q: quit', 'yes please');
    await type(wizard, /Unchanged\. Type Enter: step by step/, '0.1');
    await type(wizard, /0\.1 infrastructure {2}pending[\s\S]*changes/, 'q');
    expect(await wizard.exit()).toBe(0);
  });

  test('skips a declined step, with a reason', async () => {
    const workspace = configured();
    const wizard = opened(workspace, { words: ['--until', '0.1'] });
    await type(wizard, 'Enter: step by step', '');
    await type(wizard, 'Type y: apply', 'n');
    await type(wizard, /You declined this change[\s\S]*Type r: ask again, s: skip/, 's');
    await type(wizard, /Why skip 0\.1[\s\S]*esc: cancel/, 'another tool made it');
    expect(await wizard.exit()).toBe(0);
    expect(wizard.history()).toMatch(/0\.1 {2}infrastructure +skipped +another tool made it/);
    expect(journalOf(workspace)).toContainEqual(
      expect.objectContaining({ type: 'skipped', step: '0.1', reason: 'another tool made it' }),
    );
  });
});

test('the end of the input stops the rollout safely', async () => {
  const wizard = opened(configured());
  await wizard.untilPrinted('Enter: step by step');
  wizard.press('\x04');
  expect(await wizard.exit()).toBe(130);
});
