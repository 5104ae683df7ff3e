import { appendFile } from '../../adapters/append-file.ts';
import { runAttached } from '../../adapters/attached.ts';
import { authoritiesFile } from '../../adapters/authorities-file.ts';
import { claimFolder } from '../../adapters/claim-folder.ts';
import { embeddedDatabase } from '../../adapters/embedded-database.ts';
import type { EmbeddedSession } from '../../adapters/embedded-session.ts';
import { filesIn } from '../../adapters/files.ts';
import { folderStore } from '../../adapters/folder-store.ts';
import { httpClient } from '../../adapters/http.ts';
import { openLog } from '../../adapters/log-file.ts';
import { loopback } from '../../adapters/loopback.ts';
import { ownProcess } from '../../adapters/own-process.ts';
import { processesIn } from '../../adapters/processes.ts';
import type {
  BackupStore,
  Decryption,
  Encryption,
  S3Bucket,
  S3Key,
} from '../../domain/ports/backup-store.ts';
import type { CloudflareApi } from '../../domain/ports/cloudflare.ts';
import type { Processes } from '../../domain/ports/host.ts';
import type { CertificateEnd, PublicWeb } from '../../domain/ports/http.ts';
import type { EnvironmentVariables } from '../../domain/ports/own-process.ts';
import type { ProcessTable } from '../../domain/ports/process-table.ts';
import type { Secret } from '../../domain/secret.ts';

/**
 * All access to files, processes, networks and the clock. Tests wrap it, to kill the process around each effect. What
 * `status --recorded` does not need is loaded on first use.
 */
export const realAdapters = {
  filesIn,
  appendFile,
  authoritiesFile,
  claimFolder,
  processTable: (): ProcessTable => {
    const table = () => import('../../adapters/process-table.ts').then(({ processTable }) => processTable());
    return {
      self: async () => (await table()).self(),
      isRunning: async (owner) => (await table()).isRunning(owner),
    };
  },
  processesIn: (root: string, environment: EnvironmentVariables): Processes => processesIn(root, environment),
  folderStore,
  ageEncryption: async (recipient: string): Promise<Encryption> =>
    (await import('../../adapters/age.ts')).ageEncryption(recipient),
  ageDecryption: async (identities: string, file: string): Promise<Decryption> =>
    (await import('../../adapters/age.ts')).ageDecryption(identities, file),
  s3Store: async (bucket: S3Bucket, key: S3Key): Promise<BackupStore> =>
    (await import('../../adapters/s3-store.ts')).s3Store(bucket, key),
  ownProcess,
  runAttached,
  embeddedDatabase,
  openEmbedded: async (folder?: string): Promise<EmbeddedSession> =>
    (await import('../../adapters/embedded-thread.ts')).openEmbeddedThread(folder),
  openEmbeddedDump: async (dump: string): Promise<EmbeddedSession> =>
    (await import('../../adapters/embedded-thread.ts')).openEmbeddedDumpThread(dump),
  loopback,
  http: httpClient,
  openLog,
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
  certificateEnd: (async (...asked) =>
    (await import('../../adapters/certificate-end.ts')).certificateEnd(
      ...asked,
    )) satisfies CertificateEnd as CertificateEnd,
  randomBytes: (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count)),
  clock: (): string => new Date().toISOString(),
};

export type Adapters = typeof realAdapters;
