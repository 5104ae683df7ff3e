import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { layOut } from '../program/built-program.ts';

const entries = {
  crashing: fileURLToPath(new URL('../program/crashing-entry.ts', import.meta.url)),
  burst: fileURLToPath(new URL('../program/burst-entry.ts', import.meta.url)),
} as const;

/**
 * Builds the program with an entry of the tests and the layout of an installation, once per test run.
 * @returns the file to start
 */
export function buildEntry(name: keyof typeof entries): string {
  const program = join(inject('testRun'), `program-${name}`);
  if (!existsSync(program)) layOut(program, entries[name]);
  return join(program, 'bin/erp-deploy.js');
}
