import { describe, expect, test } from 'vitest';
import { journalOf } from '../support/kill/journal.ts';
import { programFile } from '../support/program/erp-deploy.ts';
import { keys, Terminal } from '../support/wizard/terminal.ts';
import {
  askedAbout,
  configured,
  expectReadable,
  looks,
  openWizard,
  seen,
  untouched,
} from '../support/wizard/wizard.ts';
import { buildEntry } from '../support/wizard/wizard-entry.ts';

/** A style (SGR) other than a reset. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const colours = /\x1b\[[\d;]*[1-9][\d;]*m/;

/** The ways to leave the wizard, with their exit codes. */
const waysOut: readonly (readonly [string, number, (wizard: Terminal) => Promise<void> | void])[] = [
  [
    'its end',
    0,
    async (wizard) => {
      wizard.press('a');
    },
  ],
  ['a plan that is declined', 0, (wizard) => wizard.press('q')],
  ['Ctrl-C', 130, (wizard) => wizard.press(keys.ctrlC)],
  ['SIGTERM', 143, (wizard) => void process.kill(wizard.programPid(), 'SIGTERM')],
  ['SIGHUP', 143, (wizard) => void process.kill(wizard.programPid(), 'SIGHUP')],
];

function withoutClock(text: string): string {
  return text.replace(/\d\d:\d\d/, '--:--');
}

function expectUntouched(wizard: Terminal): void {
  expect(wizard.modes()).toEqual(untouched);
  const { before, after } = wizard.settings();
  expect(after).toBe(before);
}

describe('the terminal is in its original state', () => {
  test.each(waysOut)('after %s', async (_, exit, leave) => {
    const wizard = openWizard(configured(), { words: ['--until', '0.5'] });
    await wizard.until(seen.plan);
    expect(wizard.modes()).toMatchObject({ cursorShown: false, alternateScreen: true, bracketedPaste: true });
    await leave(wizard);
    expect(await wizard.exit()).toBe(exit);
    expectUntouched(wizard);
  });

  test('after an error before the first step', async () => {
    const workspace = configured({ 'erp-deploy.config.yaml': 'public-hots: x\n' });
    const wizard = openWizard(workspace, { words: ['--from', '9.9'] });
    expect(await wizard.exit()).not.toBe(0);
    expect(wizard.history()).toMatch(/ERP-\d{4} {2}/);
    expectUntouched(wizard);
  });

  test('after a step that failed', async () => {
    const workspace = configured({ 'service-builds/postgres-erp/docker-compose.yml/x': '' });
    const wizard = openWizard(workspace);
    await wizard.until(seen.failure);
    wizard.press('q');
    expect(await wizard.exit()).toBe(4);
    expect(wizard.history()).toContain('ERP-0403');
    expectUntouched(wizard);
  });

  test('after a second Ctrl-C during a change', async () => {
    const workspace = configured();
    const wizard = openWizard(workspace);
    await wizard.until(seen.plan);
    wizard.press('a');
    await wizard.until(/2\.1 start database +●/);
    wizard.press(keys.ctrlC);
    await wizard.until('stopping');
    wizard.press(keys.ctrlC);
    expect(await wizard.exit()).toBe(130);
    expect(journalOf(workspace).at(-1)).not.toMatchObject({ type: 'interrupted' });
    expectUntouched(wizard);
  });

  test('after an uncaught exception, with its stack visible', async () => {
    const entry = buildEntry('crashing');
    const wizard = Terminal.start([process.execPath, entry, '--engine', 'embedded'], {
      cwd: configured(),
      env: { CRASH: 'uncaught' },
    });
    await wizard.until(seen.plan);
    wizard.press('a');
    expect(await wizard.exit()).not.toBe(0);
    expect(wizard.history()).toMatch(/Error: injected[\s\S]* at /);
    expectUntouched(wizard);
  });

  test('after a bug in a step, with its stack visible', async () => {
    const entry = buildEntry('crashing');
    const wizard = Terminal.start([process.execPath, entry, '--engine', 'embedded'], {
      cwd: configured(),
      env: { CRASH: 'bug' },
    });
    await wizard.until(seen.plan);
    wizard.press('a');
    expect(await wizard.exit()).toBe(1);
    expect(wizard.history()).toMatch(/ERP-0901 {2}This is a bug[\s\S]*TypeError: injected[\s\S]* at /);
    expectUntouched(wizard);
  });
});

describe('NO_COLOR', () => {
  test('has the same effect as --no-color', async () => {
    const wizard = openWizard(configured(), { words: ['--no-color', '--until', '0.1'] });
    await wizard.until(seen.plan);
    wizard.press('q');
    expect(await wizard.exit()).toBe(0);
    expect(colours.exec(wizard.raw())).toBeNull();
  });

  test('if empty, leaves only the 16 standard colours', async () => {
    const wizard = openWizard(configured(), { env: { NO_COLOR: '', COLORTERM: 'truecolor' } });
    await wizard.until(seen.plan);
    expect(wizard.styleOf('⏎')).toMatchObject({ bold: true, foreground: 'default', background: 'default' });
    wizard.press(keys.down);
    await wizard.until('▸0.2');
    wizard.press(keys.right);
    await wizard.until('+services:');
    expect(wizard.styleOf('+services:')).toMatchObject({ foreground: 'palette 2', background: 'default' });
    wizard.press('q');
    await wizard.exit();
    expectReadable(wizard);
  });
});

describe.each(looks)('a terminal that is resized, from $look', (look) => {
  test('is redrawn at any size, and shows the required size if it is too small', async () => {
    const wizard = openWizard(configured(), look);
    await wizard.until(seen.plan);
    const plan = wizard.text();
    wizard.resize(132, 43);
    await wizard.until(/^ ─{130}$/m);
    await wizard.until(/q quit/);
    expect(wizard.text().split('\n')).toHaveLength(43);
    wizard.resize(59, 15);
    const small = await wizard.until('needs 60×16');
    expect(small).toContain('here: 59×15');
    // A question that is not visible cannot be answered.
    wizard.press('a');
    wizard.resize(20, 3);
    await wizard.until('here: 20×3');
    wizard.resize(60, 16);
    await wizard.until(/^ ─{58}$/m);
    expect(wizard.text()).toContain('step by step');
    wizard.resize(look.columns, look.rows);
    await wizard.until(new RegExp(`^ ─{${look.columns - 2}}$`, 'm'));
    await wizard.until(seen.plan);
    // A frame of the previous height may still be on the screen.
    await expect.poll(() => withoutClock(wizard.text()), { timeout: 30_000 }).toBe(withoutClock(plan));
    wizard.resize(30, 5);
    await wizard.until('Ctrl-C stops');
    wizard.press(keys.ctrlC);
    expect(await wizard.exit()).toBe(130);
  });
});

describe.each(looks)('Ctrl-Z, at $look', (look) => {
  test('gives the terminal to the shell, and fg restores the wizard', async () => {
    const workspace = configured();
    const shell = Terminal.start(['bash', '--norc', '--noprofile', '-i'], {
      ...look,
      cwd: workspace,
      env: { PS1: 'shell>', HISTFILE: '', ...('env' in look ? look.env : {}) },
    });
    await shell.until('shell>');
    shell.press(`${process.execPath} ${programFile()} --engine embedded --until 0.5\r`);
    await shell.until(seen.plan);
    const plan = shell.text();
    shell.press(keys.ctrlZ);
    await shell.until(/Stopped[\s\S]*shell>$/);
    expect(shell.modes()).toMatchObject({ cursorShown: true, alternateScreen: false });
    shell.press('echo size $(stty size)\r');
    await shell.until(`size ${look.rows} ${look.columns}`);
    shell.press('fg\r');
    await shell.until(seen.plan);
    expect(withoutClock(shell.text())).toBe(withoutClock(plan));
    expect(shell.modes()).toMatchObject({ cursorShown: false, alternateScreen: true, bracketedPaste: true });
    // A second time, during the rollout, and at another size.
    shell.press(keys.enter);
    await askedAbout(shell, '0.1');
    shell.press(keys.ctrlZ);
    await shell.until(/Stopped[\s\S]*shell>$/);
    shell.resize(100, 30);
    shell.press('fg\r');
    await shell.until(/^ ─{98}$/m);
    await askedAbout(shell, '0.1');
    shell.press('a');
    await shell.until(/Next: erp-deploy validate[\s\S]*shell>$/);
    expect(journalOf(workspace).at(-1)).toMatchObject({ type: 'finished', exit: 0 });
    shell.press('exit\r');
    expect(await shell.exit()).toBe(0);
  });
});
