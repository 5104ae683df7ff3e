import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A file of the certificate authorities that Node trusts, including `NODE_EXTRA_CA_CERTS`, for programs of libpq, whose
 * only default is a file in the home directory.
 */
export function authoritiesFile() {
  let folder: Promise<string> | undefined;
  return {
    path: async (): Promise<string> => {
      folder ??= mkdtemp(join(tmpdir(), 'erp-deploy-'));
      const path = join(await folder, 'authorities.pem');
      // Imported only here, because it loads slowly and is seldom needed.
      const tls = await import('node:tls');
      // Node 22.13, the oldest supported version, does not have getCACertificates.
      const trusted: readonly string[] = tls.getCACertificates?.('default') ?? tls.rootCertificates;
      await writeFile(path, `${trusted.join('\n')}\n`, { mode: 0o600 });
      return path;
    },
    remove: async (): Promise<void> => {
      if (folder !== undefined) await rm(await folder, { recursive: true, force: true });
    },
  };
}
