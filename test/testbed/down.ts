/** Removes the testbed: `npm run testbed:down`. `-- --cache` also removes what the next `testbed:up` would reuse. */
import { takeDown } from './testbed.ts';

await takeDown({ everything: process.argv.includes('--cache') });
