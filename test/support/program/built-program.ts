import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statfsSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { recordCoverageOf } from '../../run/executed/program-coverage.ts';
import { settingsFrom } from '../../run/settings.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of this test run, outside of any repository: the built program is in its `program`. */
    testRun: string;
  }
}

const checkout = fileURLToPath(new URL('../../../', import.meta.url));

/** Set by test/run.ts, which has just built the program into dist. */
export const builtVariable = 'ERP_DEPLOY_TEST_BUILT';

/** Holds the folder that the first project of a run made: each project is set up, and one build serves all. */
export const runVariable = 'ERP_DEPLOY_TEST_RUN';

/**
 * Builds the program once a test run, laid out as it is installed: a build or an edit of the checkout
 * meanwhile changes nothing of what is tested. For vitest's `globalSetup`.
 */
export default function setup(project: TestProject): () => void {
  const shared = process.env[runVariable];
  if (shared !== undefined) {
    project.provide('testRun', shared);
    return () => undefined;
  }
  const run = mkdtempSync(join(quickFolder(), 'erp-deploy-tests-'));
  process.env[runVariable] = run;
  const remove = () => {
    delete process.env[runVariable];
    rmSync(run, { recursive: true, force: true });
  };
  try {
    buildInto(run);
  } catch (error) {
    remove();
    throw error;
  }
  project.provide('testRun', run);
  return remove;
}

/** Bytes that hold all workspaces of a run several times over, and leave a machine enough for the rest. */
const roomy = 8 * 2 ** 30;

/**
 * Linux's folder in memory where that has room, else the one for what is temporary. A database is 1,300 files, and ext4
 * looks at each inode that was freed in the last seconds before it takes another (`recently_deleted` in its ialloc.c):
 * where databases come and go, a copy of one takes a second of a processor, a sixth of that in memory (`time cp -a`).
 */
function quickFolder(): string {
  const memory = '/dev/shm';
  if (!existsSync(memory) || process.availableMemory() < roomy) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize < roomy ? tmpdir() : memory;
}

function buildInto(run: string): void {
  chmodSync(run, 0o755); // a test runs it as another user
  layOut(join(run, 'program'));
  for (const folder of ['home', 'workspaces']) mkdirSync(join(run, folder));
}

/**
 * Builds the program into a folder, as it is installed.
 * @param entry a module that takes the place of src/cli.ts
 */
export function layOut(program: string, ...entry: readonly string[]): void {
  for (const part of ['bin', 'assets', 'package.json']) {
    cpSync(join(checkout, part), join(program, part), { recursive: true });
  }
  symlinkSync(realpathSync(join(checkout, 'node_modules')), join(program, 'node_modules'));
  if (settingsFrom(process.env).coverage) recordCoverageOf(program);
  if (entry.length === 0 && process.env[builtVariable] !== undefined) {
    cpSync(join(checkout, 'dist'), join(program, 'dist'), { recursive: true });
    return;
  }
  execFileSync(process.execPath, ['scripts/build.ts', join(program, 'dist'), ...entry], {
    cwd: checkout,
    stdio: 'pipe',
  });
}
