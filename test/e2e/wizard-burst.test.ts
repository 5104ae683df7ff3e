import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { keys, Terminal } from '../support/wizard/terminal.ts';
import { seen } from '../support/wizard/wizard.ts';
import { buildEntry } from '../support/wizard/wizard-entry.ts';
import { emptyWorkspace } from '../support/workspace/workspace.ts';

/** Milliseconds within which a key must have its effect. */
const prompt = 100;
/** Megabytes of heap for the program: too few to keep the lines of even one burst. */
const heap = 48;
/** Megabytes of each half of the young generation, which are not part of the heap: by default they grow with the load. */
const young = 4;
/** Bytes by which the memory of the process may grow after the first burst. */
const flat = 48 * 2 ** 20;

/** Keys that select another step during the burst, and then the first one again. */
const pressed = Array.from(
  { length: 3 },
  () =>
    [
      [keys.down, '▸0.2'],
      [keys.up, '▸0.1'],
    ] as const,
).flat();

function residentBytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** Returns the milliseconds that the program's main thread has run, without those of other programs on a busy machine. */
function workedBy(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

test('during a burst of 100,000 lines, keys work, memory does not grow, and the last line is shown', async () => {
  const entry = buildEntry('burst');
  const bounds = [`--max-old-space-size=${heap}`, `--max-semi-space-size=${young}`];
  const wizard = Terminal.start([process.execPath, ...bounds, entry], { cwd: emptyWorkspace() });
  await wizard.until(seen.plan);
  const answers: number[] = [];
  const worked: number[] = [];
  const resident: number[] = [];
  for (let burst = 0; burst < 4; burst++) {
    wizard.press('a');
    await wizard.until(/line \d+ of/);
    for (const [key, step] of pressed) {
      const before = workedBy(wizard.programPid());
      const since = performance.now();
      wizard.press(key);
      await wizard.until(step);
      answers.push(performance.now() - since);
      worked.push(workedBy(wizard.programPid()) - before);
      expect(wizard.text(), 'the keys came while lines came').not.toContain('that was all');
    }
    const end = await wizard.until('that was all');
    expect(end).toContain('line 100000 of 100000');
    await wizard.until(seen.plan);
    resident.push(residentBytes(wizard.programPid()));
  }
  const at = (share: number, times: readonly number[]) =>
    times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) * share)] ?? Number.NaN;
  const words = (times: readonly number[]) =>
    [0.5, 0.9, 1].map((share) => at(share, times).toFixed(0)).join(', ');
  console.log(`keys answered in ${words(answers)} ms (median, 90 %, at most), of ${answers.length}`);
  console.log(`of them its own work: ${words(worked)} ms`);
  // On a busy machine the longest wait depends on other programs; the program's own work does not.
  expect(at(0.9, answers)).toBeLessThan(prompt);
  expect(at(1, worked)).toBeLessThan(prompt);
  console.log(`resident: ${resident.map((one) => (one / 2 ** 20).toFixed(0)).join(', ')} MB`);
  const [first = 0] = resident;
  expect(Math.max(...resident) - first).toBeLessThan(flat);
  wizard.press('q');
  expect(await wizard.exit()).toBe(0);
});
