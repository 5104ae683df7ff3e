/**
 * A double of Traefik v3.6: `traefik FLAGS` serves according to the labels of the containers of a Docker engine;
 * `traefik version`; `traefik healthcheck FLAGS`, which requests /ping of a running one.
 */

import { createLog } from '../parts/console-log.ts';
import { FlagError, readFlags } from './flags.ts';
import { askPing } from './healthcheck.ts';
import { serve } from './serve.ts';
import { versionText } from './version.ts';

const words = process.argv.slice(2);
const command = words[0] === 'version' || words[0] === 'healthcheck' ? words.shift() : 'serve';
try {
  if (command === 'version') {
    console.log(versionText);
  } else {
    const config = readFlags(words);
    if (command === 'healthcheck') {
      process.exitCode = await askPing(config);
    } else {
      const service = await serve(
        config,
        createLog(config.logLevel, (line) => console.log(line)),
      );
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        process.on(signal, () => void service.stop().finally(() => process.exit(0)));
      }
    }
  }
} catch (error) {
  if (!(error instanceof FlagError)) throw error;
  console.error(`command traefik error: ${error.message}`);
  process.exitCode = 1;
}
