/** Runs the tests: what `npm test` and `npm run test:…` start. docs/decisions/0021-test-commands.md says why. */
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
// Vitest may leave a handle open that would keep the process.
process.exit(passed ? 0 : 1);
