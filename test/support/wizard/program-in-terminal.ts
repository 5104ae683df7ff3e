import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { layOut } from '../program/built-program.ts';
import { type HowToStart, Terminal } from './terminal.ts';

/**
 * Builds the program in `test/.build`, and returns a function that starts it in a terminal.
 * @param name name of the test file: each has its own build, because test files run at the same time
 */
export function buildForTerminal(name: string): (words: readonly string[], how: HowToStart) => Terminal {
  const folder = fileURLToPath(new URL(`../../.build/${name}`, import.meta.url));
  rmSync(folder, { recursive: true, force: true });
  layOut(folder);
  const program = join(folder, 'bin/erp-deploy.js');
  return (words, how) => Terminal.start([process.execPath, program, ...words], how);
}
