import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';

const entries = {
  crashing: fileURLToPath(new URL('./crashing-entry.ts', import.meta.url)),
  burst: fileURLToPath(new URL('./burst-entry.ts', import.meta.url)),
} as const;

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Builds an entry of the tests' own around the program, laid out as it is installed; once a test run.
 * @returns the file to start
 */
export function buildEntry(name: keyof typeof entries): string {
  const program = join(inject('testRun'), `program-${name}`);
  const built = join(program, 'dist', `${name}-entry.js`);
  if (existsSync(program)) return built;
  mkdirSync(program);
  for (const part of ['assets', 'package.json']) {
    cpSync(join(checkout, part), join(program, part), { recursive: true });
  }
  symlinkSync(join(checkout, 'node_modules'), join(program, 'node_modules'));
  const words = ['scripts/build.ts', join(program, 'dist'), entries[name]];
  execFileSync(process.execPath, words, { cwd: checkout, stdio: 'pipe' });
  return built;
}
