/** Removes the testbed: `npm run testbed:down`. `-- --cache` removes also what the next `testbed:up` would start from. */
import { takeDown } from './testbed.ts';

await takeDown({ everything: process.argv.includes('--cache') });
