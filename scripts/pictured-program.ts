/** The program, for its pictures: with a clock of its own, and a validation that waits halfway to be looked at. */

import { realAdapters } from '../src/cli/wiring/adapters.ts';
import { start as startWith } from '../src/cli.ts';
import { tickingClock } from './pictured-clock.ts';

/** The behaviours from this one on are tried after SIGUSR2. */
const halfway = 'generate_series(36,';

// Not `once`: signal-exit ends the process where it finds itself the last to listen.
const looked = new Promise<void>((resolve) => void process.on('SIGUSR2', () => resolve()));

export const start = () =>
  startWith({
    ...realAdapters,
    clock: tickingClock,
    openEmbedded: async (folder) => {
      const session = await realAdapters.openEmbedded(folder);
      const script = async (sql: string) => {
        if (sql.includes(halfway)) await looked;
        return session.script(sql);
      };
      return { ...session, script };
    },
  });
