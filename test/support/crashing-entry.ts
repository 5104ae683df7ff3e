import { realAdapters } from '../../src/cli/adapters.ts';
import { start } from '../../src/cli.ts';

/** The program, with a fault of its own in it: `CRASH` says which. It strikes when 0.2 makes its secrets. */
await start({
  ...realAdapters,
  randomBytes: (count) => {
    if (process.env.CRASH === 'bug') throw new TypeError('injected');
    setImmediate(() => {
      throw new Error('injected');
    });
    return realAdapters.randomBytes(count);
  },
});
