/** Runs the tests for `npm test` and `npm run test:…`. docs/decisions/0021-test-commands.md gives the reasons. */
import { type Options, optionsFrom, usage } from './run/options.ts';
import { runTests } from './run/run-tests.ts';
import { soak } from './run/soak.ts';

function optionsOrUsage(): Options {
  try {
    return optionsFrom(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}

const options = optionsOrUsage();
const passed = await (options.command === 'soak' ? soak(options) : runTests(options));
// Vitest may leave an open handle, with which the process would not end.
process.exit(passed ? 0 : 1);
