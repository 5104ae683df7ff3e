import { expect, test } from 'vitest';
import { processesIn } from '../../src/adapters/processes.ts';
import type { Given } from '../../src/domain/ports/host.ts';

const run = (script: string, onLine?: (line: string) => void, given?: Given) =>
  processesIn('/').run(['/bin/sh', '-c', script], null, new AbortController().signal, onLine, given);

test('endless output neither fails nor fills the memory: the end of it is kept, and marked as cut', async () => {
  const printing = 'yes "a line of some words" | head -c 50000000; echo the end; echo fault >&2; exit 3';
  // The first run pays the costs that occur only once.
  await run(printing);
  const before = process.memoryUsage().rss;
  const { exitCode, stdout, stderr } = await run(printing);
  // Keeping the whole output would take several times its size; a smaller growth is only garbage not yet collected.
  expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: 'fault' });
  expect(stdout).toMatch(/^\(\d+ characters before this are omitted\)\na line of some words\n/);
  expect(stdout.endsWith('the end')).toBe(true);
  expect(stdout.length).toBeLessThan(20_000_000);
});

test('reports each line, also an unfinished one, without blocking the event loop', async () => {
  const lines: string[] = [];
  let turns = 0;
  const clock = setInterval(() => {
    turns += 1;
  }, 1);
  const { stdout } = await run('seq 200000; printf "é without an end"', (line) => lines.push(line));
  clearInterval(clock);
  expect(lines).toHaveLength(200_001);
  expect(lines.slice(-2)).toEqual(['200000', 'é without an end']);
  expect(stdout === lines.join('\n')).toBe(true);
  expect(turns).toBeGreaterThan(5);
});

test('keeps only the end of an output that is consumed line by line', async () => {
  const lines: string[] = [];
  const { stdout } = await run('seq 200000', (line) => lines.push(line), { streamed: true });
  expect(lines).toHaveLength(200_000);
  const [cut = '', ...end] = stdout.split('\n');
  expect(cut).toMatch(/characters before this are omitted/);
  expect(end.length).toBeGreaterThan(1000);
  expect(lines.slice(-end.length)).toEqual(end);
});

test('a missing program is reported as not found', async () => {
  const running = processesIn('/').run(['no-such-program'], null, new AbortController().signal);
  expect(await running).toEqual({ exitCode: null, stdout: '', stderr: '', notFound: true });
});
