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

/** What a run takes besides its workspace. Without a database, it finds none. */
export interface RunOnFiles {
  readonly words: readonly string[];
  readonly database?: Database;
}

/** Runs the program with only files as its subject: git finds no repository, and a scratch database takes everything. */
export function runOnFiles(
  workspace: string,
  { words, database }: RunOnFiles,
  adapters: Partial<Adapters> = {},
): Promise<Ended> {
  const all = { ...besideFiles, ...adapters };
  return erpDeploy(workspace, words, { adapters: all, ...(database === undefined ? {} : { database }) });
}

/** Starting git costs more than the rest of a run, and applying the migrations to a scratch database ten times as much. */
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
 * Runs it in a copy of a workspace, on an earlier boot of this machine.
 * @returns what the disk held after each of its calls
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
