import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { layOut } from './built-program.ts';

const entries = {
  crashing: fileURLToPath(new URL('./crashing-entry.ts', import.meta.url)),
  burst: fileURLToPath(new URL('./burst-entry.ts', import.meta.url)),
} as const;

/**
 * Builds an entry of the tests' own around the program, laid out as it is installed; once a test run.
 * @returns the file to start
 */
export function buildEntry(name: keyof typeof entries): string {
  const program = join(inject('testRun'), `program-${name}`);
  if (!existsSync(program)) layOut(program, entries[name]);
  return join(program, 'bin/erp-deploy.js');
}
