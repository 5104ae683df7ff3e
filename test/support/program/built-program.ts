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
    /** The folder of this test run, outside any repository. Its subfolder `program` contains the built program. */
    testRun: string;
  }
}

const checkout = fileURLToPath(new URL('../../../', import.meta.url));

/** Set by test/run.ts, which has just built the program into dist. */
export const builtVariable = 'ERP_DEPLOY_TEST_BUILT';

/** Environment variable with the folder that the first project of a run made, so that all projects share one build. */
export const runVariable = 'ERP_DEPLOY_TEST_RUN';

/**
 * Builds the program once per test run, with the layout of an installation. Later builds or edits of the checkout do
 * not affect the tested program. For vitest's `globalSetup`.
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

/** Required free bytes: several times the size of all workspaces of a run, with a reserve for other programs. */
const roomy = 8 * 2 ** 30;

/**
 * Returns Linux's folder in memory if it has enough space, otherwise the folder for temporary files. A database is
 * 1,300 files, and ext4 checks each recently freed inode before it allocates another one (`recently_deleted` in its
 * ialloc.c). If databases are created and removed often, a copy of one takes a second of CPU time on ext4, and a sixth
 * of that in memory (`time cp -a`).
 */
function quickFolder(): string {
  const memory = '/dev/shm';
  if (!existsSync(memory) || process.availableMemory() < roomy) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize < roomy ? tmpdir() : memory;
}

function buildInto(run: string): void {
  chmodSync(run, 0o755); // some tests run it as another user
  layOut(join(run, 'program'));
  for (const folder of ['home', 'workspaces']) mkdirSync(join(run, folder));
}

/**
 * Builds the program into a folder with the layout of an installation.
 * @param entry a module that replaces src/cli.ts
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
