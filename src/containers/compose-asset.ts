import type { Config } from '../config/config.ts';
import type { Assets } from '../workspace/context.ts';

/** The compose file of the package, which contains the defaults of the settings. */
export const composeAsset = 'compose/docker-compose.yml';

type Settings = Pick<Config, 'database' | 'publicHost'>;

/** Returns the package's assets; its compose file gets the configured names. */
export function assetsFor(settings: Settings, { read }: Assets): Assets {
  return {
    read: async (path) => (path === composeAsset ? withNames(await read(path), settings) : read(path)),
  };
}

/** Names of databases and roles are lower-case words, which YAML reads as strings if they are quoted. */
function withNames(compose: string, { database: { name, user }, publicHost }: Settings): string {
  return compose
    .replaceAll('POSTGRES_USER: erp_admin\n', `POSTGRES_USER: ${quotedUnless('erp_admin', user)}\n`)
    .replaceAll('POSTGRES_DB: portfolio\n', `POSTGRES_DB: ${quotedUnless('portfolio', name)}\n`)
    .replaceAll('"-U", "erp_admin", "-d", "portfolio"', `"-U", "${user}", "-d", "${name}"`)
    .replaceAll('@postgres-erp:5432/portfolio\n', `@postgres-erp:5432/${name}\n`)
    .replaceAll('Host(`erp-db.bestviable.com`)', `Host(\`${publicHost}\`)`);
}

const quotedUnless = (usual: string, word: string) => (word === usual ? word : `"${word}"`);
