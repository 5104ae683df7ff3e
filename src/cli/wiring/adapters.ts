import { randomBytes } from 'node:crypto';
import { appendFile } from '../../adapters/append-file.ts';
import { authoritiesFile } from '../../adapters/authorities-file.ts';
import { claimFolder } from '../../adapters/claim-folder.ts';
import { embeddedDatabase } from '../../adapters/embedded-database.ts';
import { openEmbeddedDumpThread, openEmbeddedThread } from '../../adapters/embedded-thread.ts';
import { filesIn } from '../../adapters/files.ts';
import { httpClient } from '../../adapters/http.ts';
import { openLog } from '../../adapters/log-file.ts';
import { loopback } from '../../adapters/loopback.ts';
import { ownProcess } from '../../adapters/own-process.ts';
import { processTable } from '../../adapters/process-table.ts';
import { processesIn } from '../../adapters/processes.ts';
import type { CloudflareApi, EnvironmentVariables, Processes, PublicWeb } from '../../domain/ports.ts';
import type { Secret } from '../../domain/secret.ts';

/** All access to files, processes, networks and the clock. Tests wrap it, to kill the process around each effect. */
export const realAdapters = {
  filesIn,
  appendFile,
  authoritiesFile,
  claimFolder,
  processTable,
  processesIn: (root: string, environment: EnvironmentVariables): Processes => processesIn(root, environment),
  ownProcess,
  embeddedDatabase,
  openEmbedded: openEmbeddedThread,
  openEmbeddedDump: openEmbeddedDumpThread,
  loopback,
  http: httpClient,
  openLog,
  // Loaded on first use, because it is slow to load and seldom needed.
  cloudflare: (token: Secret): CloudflareApi => {
    let api: Promise<CloudflareApi> | undefined;
    return {
      call: async (...request) => {
        api ??= import('../../adapters/cloudflare.ts').then(({ cloudflareApi }) => cloudflareApi(token));
        return (await api).call(...request);
      },
    };
  },
  publicWeb: {
    get: async (...request) => (await import('../../adapters/public-web.ts')).publicWeb.get(...request),
    addresses: async (host) => (await import('../../adapters/public-web.ts')).publicWeb.addresses(host),
  } satisfies PublicWeb as PublicWeb,
  randomBytes: (count: number): Uint8Array => randomBytes(count),
  clock: (): string => new Date().toISOString(),
};

export type Adapters = typeof realAdapters;
