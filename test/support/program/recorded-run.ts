import { cpSync, realpathSync } from 'node:fs';
import { appendFile } from '../../../src/adapters/append-file.ts';
import { claimFolder } from '../../../src/adapters/claim-folder.ts';
import { filesIn } from '../../../src/adapters/files.ts';
import { processTable } from '../../../src/adapters/process-table.ts';
import type { Adapters } from '../../../src/cli/wiring/adapters.ts';
import type { Database } from '../../../src/domain/ports/database.ts';
import { type Moment, recordingFileSystem } from '../disk/recording-file-system.ts';
import type { Ended } from './erp-deploy.ts';
import { erpDeploy } from './in-process.ts';

/** Inputs of a run besides its workspace. Without a database, the run finds none. */
export interface RunOnFiles {
  readonly words: readonly string[];
  readonly database?: Database;
}

/** Runs the program to test only its files: git finds no repository, and the scratch database accepts everything. */
export function runOnFiles(
  workspace: string,
  { words, database }: RunOnFiles,
  adapters: Partial<Adapters> = {},
): Promise<Ended> {
  const all = { ...besideFiles, ...adapters };
  return erpDeploy(workspace, words, { adapters: all, ...(database === undefined ? {} : { database }) });
}

/**
 * Fakes of the expensive parts: starting git costs more than the rest of a run, and applying the migrations to a
 * scratch database ten times as much.
 */
const besideFiles: Partial<Adapters> = {
  processesIn: () => ({ run: async () => ({ exitCode: 128, stdout: '', stderr: '', notFound: false }) }),
  openEmbedded: async () => ({
    query: async () => [],
    script: async () => [],
    dump: async () => undefined,
    close: async () => undefined,
  }),
};

/**
 * Runs the program in a copy of a workspace, as on an earlier boot of this machine.
 * @returns the contents of the disk after each of its calls
 */
export async function recordedRun(
  start: string,
  copy: string,
  run: RunOnFiles,
): Promise<{ readonly ended: Ended; readonly moments: readonly Moment[] }> {
  cpSync(start, copy, { recursive: true, preserveTimestamps: true });
  const { fileSystem, moments } = recordingFileSystem(realpathSync(copy));
  const processes = processTable();
  const ended = await runOnFiles(copy, run, {
    filesIn: (root) => filesIn(root, fileSystem),
    appendFile: (root, path) => appendFile(root, path, fileSystem),
    claimFolder: (root, path) => claimFolder(root, path, fileSystem),
    processTable: () => ({
      ...processes,
      self: async () => ({ ...(await processes.self()), boot: 'an earlier one' }),
    }),
  });
  return { ended, moments };
}
