import { expect, it } from 'vitest';
import type { Reported } from '../../src/domain/events.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { diskFull, finishedStep, stamped, started, step01, step23 } from '../support/program/events.ts';
import { keys, Terminal } from '../support/wizard/terminal.ts';

const module = new URL('../../src/headless/listr.ts', import.meta.url).href;

/** Reports the events to the list in a terminal: the first ones immediately, the rest after a key press. */
function listWith(first: readonly Reported[], rest: readonly Reported[]): Terminal {
  const events = (told: readonly Reported[]) => JSON.stringify(told.map((one) => stamped(one)));
  const script = `
    const { listrFrontEnd } = await import(${JSON.stringify(module)});
    const screen = { stdout: process.stdout, stderr: process.stdout, isColored: true };
    const list = listrFrontEnd(screen, { verbose: false, plan: false });
    for (const event of ${events(first)}) list.show(event);
    await new Promise((resolve) => process.stdin.once('data', resolve));
    for (const event of ${events(rest)}) list.show(event);
    await list.close();
    process.stdin.destroy();`;
  return Terminal.start([process.execPath, '--input-type=module', '-e', script], { cwd: tempFolder() });
}

const running: readonly Reported[] = [
  started,
  { type: 'step.started', ...step01 },
  { type: 'change.started', ...step01, index: 1, of: 1, summary: 'make folder a' },
];
const counts = { done: 0, already: 0, skipped: 0, failed: 1, stopped: 1, open: 0 };
const end: Reported = {
  type: 'rollout.finished',
  counts,
  exit: 4,
  milliseconds: 6100,
  journal: 'journal.jsonl',
};

it('shows every step, and the current activity under the running one', async () => {
  const list = listWith(running, [finishedStep(step01, 'done', '4 folders')]);
  const screen = await list.until('make folder a');
  expect(screen).toMatch(/0\.1 infrastructure\n.*make folder a\n(.*\n)*.*2\.3 validation/);
  expect(list.cursorShown).toBe(false);
  list.press(keys.enter);
  expect(await list.exit()).toBe(0);
  expect(list.history()).toMatch(/✔ 0\.1 infrastructure {2}done: 4 folders/);
});

it('prints texts without a row below the list when it is complete', async () => {
  const list = listWith(running, [
    { type: 'problem', ...step01, problem: diskFull },
    { type: 'note', level: 'warning', text: 'The journal could not take it down.' },
    finishedStep(step01, 'failed', diskFull.what),
    finishedStep(step23, 'stopped', 'not started'),
    end,
  ]);
  await list.until('make folder a');
  list.press(keys.enter);
  await list.exit();
  const [rows = '', words = ''] = list.history().split(/(?=^ERP-0402)/m);
  expect(rows).toMatch(/✖ .*Could not write compose\.yml\./);
  expect(rows).toMatch(/2\.3 validation {2}not started/);
  expect(words).toMatch(
    /^ERP-0402 (.*\n)+warning: The journal (.*\n)+exit code 4: .* 1 failed, 1 not started/,
  );
  expect(list.left()).toEqual({ cursorShown: true, lineMode: true, alternateScreen: false });
});
