import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          // A built copy of the program links to libraries that bring tests of their own.
          exclude: ['test/e2e/**', 'test/.build/**', '**/node_modules/**'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          globalSetup: ['test/support/built-program.ts'],
          include: ['test/e2e/**/*.test.ts'],
          exclude: ['test/e2e/wizard-*'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each runs the program, which takes a core and half a gigabyte: behind the others, two at a time.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // The wizard's journeys: npm run test:wizard, not part of npm test before its own issue is done.
        test: {
          name: 'wizard',
          globalSetup: ['test/support/built-program.ts'],
          include: ['test/e2e/wizard-*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
