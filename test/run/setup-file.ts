/** Vitest's first `setupFiles` entry in every project: logs what the file and its children used. */
import { relative } from 'node:path';
import { afterAll, expect } from 'vitest';
import { machineCpu } from '../testbed/machine/cpu.ts';
import { cpuSecondsOf } from './cpu-time.ts';
import { logEntry } from './run-log.ts';
import { settingsFrom } from './settings.ts';

const { logFile } = settingsFrom(process.env);

// Hooks run in reverse order, so the first one that is registered runs after the file's own.
afterAll(() => {
  logEntry(logFile, {
    type: 'cpu',
    file: relative(process.cwd(), expect.getState().testPath ?? ''),
    pid: process.pid,
    process: cpuSecondsOf('self'),
    machines: machineCpu.seconds,
  });
});
