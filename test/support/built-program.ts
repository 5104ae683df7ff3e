import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of this test run, outside of any repository: the built program lies in its `program`. */
    testRun: string;
  }
}

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Builds the program once a test run, laid out as it is installed: whoever builds or edits the checkout
 * meanwhile changes nothing of what is tested. For vitest's `globalSetup`.
 */
export default function setup(project: TestProject): () => void {
  const run = mkdtempSync(join(tmpdir(), 'erp-deploy-tests-'));
  const remove = () => rmSync(run, { recursive: true, force: true });
  try {
    buildInto(run);
  } catch (error) {
    remove();
    throw error;
  }
  project.provide('testRun', run);
  return remove;
}

function buildInto(run: string): void {
  chmodSync(run, 0o755); // a test runs it as another user
  layOut(join(run, 'program'));
  for (const folder of ['home', 'workspaces']) mkdirSync(join(run, folder));
}

/** Builds the program into a folder, as it is installed. */
export function layOut(program: string): void {
  for (const part of ['bin', 'assets', 'package.json']) {
    cpSync(join(checkout, part), join(program, part), { recursive: true });
  }
  symlinkSync(realpathSync(join(checkout, 'node_modules')), join(program, 'node_modules'));
  execFileSync(process.execPath, ['scripts/build.ts', join(program, 'dist')], {
    cwd: checkout,
    stdio: 'pipe',
  });
}
