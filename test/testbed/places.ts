import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Cache folder of the testbed. It can be deleted while the testbed is down, and is then created again. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'erp-deploy-testbed');

export const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** The folder of this file. */
export const here = fileURLToPath(new URL('./', import.meta.url));

/** Docker's default socket, on which the testbed's engine listens, and where an existing engine is searched. */
export const engineSocket = '/var/run/docker.sock';

/** Label of everything that the testbed creates in an engine; `down` removes objects with this label. */
export const label = 'erp-deploy.testbed';

/** Identifies the objects of one checkout, because several may run tests at the same time. */
export const checkoutId = createHash('sha256').update(checkout).digest('hex').slice(0, 8);

/** The name of the testbed's network, and the beginning of its containers' names. */
export const prefix = 'erp-deploy-testbed';

/** Docker settings with Compose v2 as a plugin: a value for `DOCKER_CONFIG`. */
export const dockerConfig = join(cache, 'docker-config');

/** A folder with Compose v1 as `docker-compose`, for the front of `PATH`. */
export const composeV1 = join(cache, 'compose-v1');

/** The scripts that make file systems from Debian packages. */
export const debianScripts = {
  unpack: join(here, 'debian/unpack.sh'),
  system: join(here, 'debian/system.sh'),
};
