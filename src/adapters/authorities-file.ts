import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A file of the authorities that this Node trusts, `NODE_EXTRA_CA_CERTS` included, for programs that have none of
 * their own: libpq knows no default but a file in the home folder.
 */
export function authoritiesFile() {
  let folder: Promise<string> | undefined;
  return {
    path: async (): Promise<string> => {
      folder ??= mkdtemp(join(tmpdir(), 'erp-deploy-'));
      const path = join(await folder, 'authorities.pem');
      // Heavy, and seldom asked for.
      const tls = await import('node:tls');
      // Node 22.13, the oldest that is supported, does not have the function yet.
      const trusted: readonly string[] = tls.getCACertificates?.('default') ?? tls.rootCertificates;
      await writeFile(path, `${trusted.join('\n')}\n`, { mode: 0o600 });
      return path;
    },
    remove: async (): Promise<void> => {
      if (folder !== undefined) await rm(await folder, { recursive: true, force: true });
    },
  };
}
