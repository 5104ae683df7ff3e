import { realAdapters } from '../../../src/cli/wiring/adapters.ts';
import { start as startWith } from '../../../src/cli.ts';

/** Starts the program with a bug that `CRASH` selects. It occurs when step 0.2 generates the secrets. */
export const start = () =>
  startWith({
    ...realAdapters,
    randomBytes: (count) => {
      if (process.env.CRASH === 'bug') throw new TypeError('injected');
      setImmediate(() => {
        throw new Error('injected');
      });
      return realAdapters.randomBytes(count);
    },
  });
