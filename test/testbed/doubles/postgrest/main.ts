/**
 * A double of PostgREST 14: `postgrest` serves, `postgrest --ready` queries the admin server of a running one,
 * `postgrest --version` prints its name. It is configured only by PGRST_*. The README of the parent folder lists what
 * it leaves out.
 */
import { ConfigError, readConfig } from './config.ts';
import { log } from './log.ts';
import { askReady } from './ready.ts';
import { version } from './version.ts';

const word = process.argv[2];
try {
  if (word === '--version' || word === '-v') {
    console.log(`PostgREST ${version}`);
  } else if (word === '--ready') {
    process.exitCode = await askReady(readConfig(process.env));
  } else if (word === undefined) {
    log(`Starting PostgREST ${version}...`);
    // Imported only here, because it is slow to load and health checks do not need it.
    const { serve } = await import('./serve.ts');
    const service = await serve(readConfig(process.env), (code) => process.exit(code));
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => void service.stop().finally(() => process.exit(0)));
    }
  } else {
    console.error(`Invalid option \`${word}'\n\nUsage: postgrest [-v|--version] [--ready]`);
    process.exitCode = 1;
  }
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
