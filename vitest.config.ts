import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

/** Of two cores, more than there are: half of the time a file waits, for containers or the programs it started. */
const filesAtOnce = 3;

/** Milliseconds for what is polled: as soon as it is seen a test goes on, on a busy machine later. */
const patient = { poll: { timeout: 30_000 } };

/** WebAssembly in the tests' own processes is compiled as `bin/erp-deploy.js` has it compiled. */
const baselineWebAssembly = ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering'];

const burst = 'test/e2e/wizard-burst.test.ts';

export default defineConfig({
  test: {
    reporters: ['default', './test/support/closing-line.ts'],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          // A built copy of the program links to libraries that bring tests of their own.
          exclude: ['test/e2e/**', 'test/e2e-docker/**', 'test/.build/**', '**/node_modules/**'],
          execArgv: baselineWebAssembly,
          expect: patient,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Some hold that a silent link is noticed in time: no more at once than there are cores to run them.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'e2e',
          globalSetup: ['test/support/built-program.ts'],
          include: ['test/e2e/**/*.test.ts'],
          exclude: ['test/e2e/wizard-*'],
          execArgv: baselineWebAssembly,
          expect: patient,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: filesAtOnce,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Each has a machine of its own in the bed, with an engine that it may break; it waits for containers mostly.
        test: {
          name: 'docker',
          globalSetup: ['test/support/built-program.ts', 'test/testbed/setup.ts'],
          setupFiles: ['test/testbed/after-file.ts'],
          include: ['test/e2e-docker/**/*.test.ts'],
          expect: patient,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          maxWorkers: filesAtOnce,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'wizard',
          globalSetup: ['test/support/built-program.ts'],
          include: ['test/e2e/wizard-*.test.ts'],
          exclude: [burst],
          execArgv: baselineWebAssembly,
          expect: patient,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // How soon a key is answered is what it measures: behind everything else, and alone.
        test: {
          name: 'burst',
          globalSetup: ['test/support/built-program.ts'],
          include: [burst],
          expect: patient,
          testTimeout: 120_000,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
