/** Checks the tests for `npm run test:mutants`. docs/decisions/0027-planted-faults.md gives the reasons. */
import { checkFaults } from './mutants/check-faults.ts';
import { measure } from './mutants/measure.ts';
import { type Options, optionsFrom, usage } from './mutants/options.ts';

function optionsOrUsage(): Options {
  try {
    return optionsFrom(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}

const options = optionsOrUsage();
const passed = await (options.map ? measure(options) : checkFaults(options));
// Vitest may leave an open handle, with which the process would not end.
process.exit(passed ? 0 : 1);
