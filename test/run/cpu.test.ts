import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { cpuTable, cpuTimesOf } from './cpu-table.ts';
import { cpuSecondsOf } from './cpu-time.ts';

const busyFor = (milliseconds: number) =>
  `const end = process.cpuUsage().user + ${milliseconds * 1000}; while (process.cpuUsage().user < end);`;

describe('the CPU time of a process', () => {
  test('includes that of its ended descendants', () => {
    const before = cpuSecondsOf('self');
    const inner = `require('child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(busyFor(300))}])`;
    execFileSync(process.execPath, ['-e', inner]);
    expect(cpuSecondsOf('self') - before).toBeGreaterThanOrEqual(0.3);
  });

  test('is 0 for a process that does not run', () => {
    expect(cpuSecondsOf(4_194_305)).toBe(0); // above the maximum PID of Linux
  });
});

describe('the CPU time of a run', () => {
  const entry = (file: string, pid: number, process: number, machines = 0) =>
    ({ type: 'cpu', file, pid, process, machines }) as const;

  test('is measured by file, even if one worker runs several', () => {
    const times = cpuTimesOf([entry('a', 1, 2), entry('b', 2, 5, 30), entry('c', 1, 3)], 11);
    expect(Object.fromEntries(times.files)).toEqual({ a: 2, b: 35, c: 1 });
    expect(times.runner).toBe(3);
  });

  test('is printed by group, beside the allotted share', () => {
    const files = new Map([['test/domain/reducer.test.ts', 30]]);
    const table = cpuTable({ files, runner: 10 });
    expect(table).toContainEqual(expect.stringMatching(/^fuzz +30 s +75 % +\d+ %$/));
    expect(table).toContainEqual(expect.stringMatching(/^runner +10 s +25 % +\d+ %$/));
    expect(table.at(-1)).toMatch(/^all +40 s +100 %/);
  });
});
