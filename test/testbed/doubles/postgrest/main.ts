/**
 * A double of PostgREST 14: `postgrest` serves, `postgrest --ready` asks a running one's admin server,
 * `postgrest --version` names it. Configured by PGRST_* alone; what it leaves out is in the README of the folder above.
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
    // Heavy, and no part of a health check.
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
