import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { keys, Terminal } from '../support/terminal.ts';
import { seen } from '../support/wizard.ts';
import { buildEntry } from '../support/wizard-entry.ts';
import { emptyWorkspace } from '../support/workspace.ts';

/** Milliseconds within which a key is answered. */
const prompt = 100;
/** Megabytes of heap that the program is given: too few to keep the lines of one burst, let alone of all. */
const heap = 48;
/** Bytes by which its whole memory may grow once it has been through a burst. */
const flat = 64 * 2 ** 20;

function residentBytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

test('100,000 lines in a burst: keys are answered meanwhile, memory stays flat, the end is on the screen', {
  retry: 2,
}, async () => {
  const entry = buildEntry('burst');
  const wizard = Terminal.start([process.execPath, `--max-old-space-size=${heap}`, entry], {
    cwd: emptyWorkspace(),
  });
  await wizard.until(seen.plan);
  const answers: number[] = [];
  const resident: number[] = [];
  for (let burst = 0; burst < 4; burst++) {
    wizard.press('a');
    await wizard.until(/line \d+ of/);
    for (const [key, step] of [
      [keys.down, '▸0.2'],
      [keys.up, '▸0.1'],
    ] as const) {
      const since = performance.now();
      wizard.press(key);
      await wizard.until(step);
      answers.push(performance.now() - since);
    }
    expect(wizard.text(), 'the keys came while lines came').not.toContain('that was all');
    const end = await wizard.until('that was all');
    expect(end).toContain('line 100000 of 100000');
    await wizard.until(seen.plan);
    resident.push(residentBytes(wizard.programPid()));
  }
  // Other programs take their turns on the machine as well: the shortest is what this one can do.
  expect(Math.min(...answers)).toBeLessThan(prompt);
  const [first = 0] = resident;
  expect(Math.max(...resident) - first).toBeLessThan(flat);
  wizard.press('q');
  expect(await wizard.exit()).toBe(0);
});
