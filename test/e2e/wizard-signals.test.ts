import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { programFile } from '../support/program/erp-deploy.ts';
import { Terminal } from '../support/wizard/terminal.ts';
import { allLooks, askedAbout, configured, looks, openWizard, seen } from '../support/wizard/wizard.ts';

/** Starts the wizard in the foreground of a shell, which waits for it. */
async function inShell(look: (typeof looks)[number]): Promise<{ shell: Terminal; pid: number }> {
  // A history file written at the end could prevent the removal of the folder.
  const env = { PS1: 'shell>', HISTFILE: '', ...('env' in look ? look.env : {}) };
  const shell = Terminal.start(['bash', '--norc', '--noprofile', '-i'], { ...look, cwd: configured(), env });
  await shell.until('shell>');
  shell.press(`${process.execPath} ${programFile()} --engine embedded --until 0.5\r`);
  await shell.until(seen.plan);
  const bash = shell.programPid();
  const [child = ''] = readFileSync(`/proc/${bash}/task/${bash}/children`, 'utf8').split(' ');
  return { shell, pid: Number(child) };
}

/** Waits for the end of the rollout, and ends the shell. */
async function finished(shell: Terminal): Promise<void> {
  await shell.until(/Next: erp-deploy validate[\s\S]*shell>$/);
  shell.press('exit\r');
  expect(await shell.exit()).toBe(0);
}

function withoutClock(text: string): string {
  return text.replace(/\d\d:\d\d/, '--:--');
}

const ours = { cursorShown: false, alternateScreen: true, bracketedPaste: true } as const;
const theShells = { cursorShown: true, alternateScreen: false } as const;

describe.each(looks)('sent from outside, at $look', (look) => {
  test('SIGTSTP restores the terminal, and after SIGCONT the wizard draws again', async () => {
    const { shell, pid } = await inShell(look);
    const plan = shell.text();
    process.kill(pid, 'SIGTSTP');
    await shell.until(/Stopped[\s\S]*shell>$/);
    expect(shell.modes()).toMatchObject(theShells);
    shell.press('stty -a | grep -o " icanon" | tr a-z A-Z\r');
    await shell.until('ICANON');
    shell.press('fg\r');
    await shell.until(seen.plan);
    expect(withoutClock(shell.text())).toBe(withoutClock(plan));
    expect(shell.modes()).toMatchObject(ours);
    shell.press('a');
    await finished(shell);
    expect(shell.modes()).toMatchObject(theShells);
  });
});

test('after SIGSTOP, which cannot be caught, and SIGCONT, keys and screen work again', async () => {
  const { shell, pid } = await inShell(allLooks[0]);
  const plan = shell.text();
  process.kill(pid, 'SIGSTOP');
  await shell.until('Stopped');
  shell.press('fg\r');
  await shell.untilGone('Stopped');
  await shell.until(seen.plan);
  expect(withoutClock(shell.text())).toBe(withoutClock(plan));
  expect(shell.modes()).toMatchObject(ours);
  shell.press('a');
  await finished(shell);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s during a change says that it is stopping, as Ctrl-C does',
  async (signal) => {
    const wizard = openWizard(configured());
    await wizard.until(seen.plan);
    wizard.press('a');
    await wizard.until(/2\.1 start database +●/);
    process.kill(wizard.programPid(), signal);
    const stopping = await wizard.until('stopping …');
    expect(stopping).toContain('Ctrl-C quit at once');
    expect(await wizard.exit()).toBe(signal === 'SIGINT' ? 130 : 143);
    // SIGINT counts as Ctrl-C of the operator.
    const by = signal === 'SIGINT' ? 'at your request' : `by ${signal}`;
    expect(wizard.history()).toContain(`${by}. To resume: erp-deploy`);
  },
);

test('after SIGTSTP at a question and fg, the question can be answered', async () => {
  const { shell, pid } = await inShell(allLooks[0]);
  shell.press('\r');
  await askedAbout(shell, '0.1');
  process.kill(pid, 'SIGTSTP');
  await shell.until(/Stopped[\s\S]*shell>$/);
  // Keys for the shell do not answer the wizard.
  shell.press('echo y\r');
  await shell.until(/^y$/m);
  shell.press('fg\r');
  await askedAbout(shell, '0.1');
  shell.press('a');
  await finished(shell);
});
