import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the testbed keeps all that it makes. It can be deleted whenever the testbed is down: it is made again. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'erp-deploy-testbed');

export const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** The folder of these files. */
export const here = fileURLToPath(new URL('./', import.meta.url));

/** Docker's own default: what the testbed's engine listens on, and where another's engine is looked for. */
export const engineSocket = '/var/run/docker.sock';

/** On everything that the testbed makes in an engine, and on nothing else: what `down` removes goes by it. */
export const label = 'erp-deploy.testbed';

/** Tells apart what belongs to one checkout: several may run their tests at the same time. */
export const checkoutId = createHash('sha256').update(checkout).digest('hex').slice(0, 8);

/** The name of the testbed's network, and the beginning of its containers' names. */
export const prefix = 'erp-deploy-testbed';

/** Settings of docker that hold compose v2 as a plugin: for `DOCKER_CONFIG`. */
export const dockerConfig = join(cache, 'docker-config');

/** A folder with compose v1 as `docker-compose`: for the front of `PATH`. */
export const composeV1 = join(cache, 'compose-v1');

/** The scripts that make file systems of Debian's packages. */
export const debianScripts = {
  unpack: join(here, 'debian/unpack.sh'),
  system: join(here, 'debian/system.sh'),
};
