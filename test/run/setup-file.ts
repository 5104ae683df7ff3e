/** Vitest's first `setupFiles` entry in every project: logs what the file and its children used and executed. */
import { relative } from 'node:path';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { machineCpu } from '../testbed/machine/cpu.ts';
import { cpuSecondsOf } from './cpu-time.ts';
import { logEntry } from './run-log.ts';
import { settingsFrom } from './settings.ts';

const { logFile, coverage } = settingsFrom(process.env);
const measured = coverage
  ? new (await import('./executed/record-file.ts')).FileCoverage(inject('testRun'))
  : null;

beforeAll(() => measured?.begin());

// Hooks run in reverse order, so this one, registered first, runs after those of the file.
afterAll(() => {
  const file = relative(process.cwd(), expect.getState().testPath ?? '');
  logEntry(logFile, {
    type: 'cpu',
    file,
    pid: process.pid,
    process: cpuSecondsOf('self'),
    machines: machineCpu.seconds,
  });
  if (measured !== null) logEntry(logFile, { type: 'coverage', file, sources: measured.end() });
});
