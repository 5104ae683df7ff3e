import { randomBytes } from 'node:crypto';
import { appendFile } from '../adapters/append-file.ts';
import { claimFolder } from '../adapters/claim-folder.ts';
import { openEmbeddedThread } from '../adapters/embedded-thread.ts';
import { filesIn } from '../adapters/files.ts';
import { httpClient } from '../adapters/http.ts';
import { openLog } from '../adapters/log-file.ts';
import { processTable } from '../adapters/process-table.ts';
import { processesIn } from '../adapters/processes.ts';

/** Everything that reaches the world. Tests wrap these, and kill the process around each effect. */
export const realAdapters = {
  filesIn,
  appendFile,
  claimFolder,
  processTable,
  processesIn,
  openEmbedded: openEmbeddedThread,
  http: httpClient,
  openLog,
  randomBytes: (count: number): Uint8Array => randomBytes(count),
  clock: (): string => new Date().toISOString(),
};

export type Adapters = typeof realAdapters;
