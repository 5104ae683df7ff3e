import type { Config } from '../config/config.ts';
import { containerNamed } from '../containers/container.ts';
import { logInAsOwner } from '../containers/log-in.ts';
import { type Stack, services } from '../containers/stack.ts';
import type { Host } from '../domain/ports.ts';
import { ProblemError } from '../domain/problem.ts';
import type { HostLock } from '../host/host-lock.ts';
import type { ContainerTarget } from '../targets/target.ts';
import type { ConnectedProduction } from './connected-production.ts';
import { serverDatabase } from './server-database.ts';

/** Connects to the production host; called once, when something is first asked of it. */
export type Connect = (lock: () => HostLock | null) => Promise<Host & { close(): Promise<void> }>;

/** Returns the containers of a production host as production. The first request connects. */
export function productionHost(
  connect: Connect,
  config: Config,
  signal: AbortSignal,
): ConnectedProduction<ContainerTarget> {
  let connected: ReturnType<Connect> | undefined;
  const host = lazyHost(config, () => {
    const asked = connected ?? connect(() => production.lock);
    connected = asked;
    // After a failure, the next request connects again.
    asked.catch(() => {
      connected = undefined;
    });
    return asked;
  });
  const stack: Stack = { host, folder: '.' };
  const { database } = config;
  const isUp = async () => (await containerNamed(host, services.database.name, signal))?.status === 'running';
  const open = () => logInAsOwner(stack, database.name, database.user);
  const server = serverDatabase('production', isUp, open);
  const production: ConnectedProduction<ContainerTarget> = {
    name: 'production',
    database: server,
    stack,
    server: null,
    files: { files: host.files, folder: stack.folder, host: host.id },
    items: {},
    lock: null,
    close: async () => {
      await server.close();
      // If the connection is lost, the lock expires by itself.
      await production.lock?.release().catch((error: unknown) => {
        if (!(error instanceof ProblemError)) throw error;
      });
      await (await connected)?.close();
    },
  };
  return production;
}

function lazyHost({ production }: Config, reach: () => Promise<Host>): Host {
  const files = async () => (await reach()).files;
  return {
    id: 'droplet',
    name: production.host ?? 'the droplet',
    files: {
      root: production.directory,
      look: async (path) => (await files()).look(path),
      read: async (path) => (await files()).read(path),
      hash: async (path) => (await files()).hash(path),
      list: async (path) => (await files()).list(path),
      makeDirectory: async (path) => (await files()).makeDirectory(path),
      write: async (...words) => (await files()).write(...words),
      move: async (...words) => (await files()).move(...words),
      copy: async (...words) => (await files()).copy(...words),
      setMode: async (...words) => (await files()).setMode(...words),
      remove: async (path) => (await files()).remove(path),
      removeFolder: async (path) => (await files()).removeFolder(path),
    },
    processes: { run: async (...words) => (await reach()).processes.run(...words) },
    listens: async (port) => (await reach()).listens(port),
    openServer: async (login) => (await reach()).openServer(login),
    get: async (...words) => (await reach()).get(...words),
    renew: async () => (await reach()).renew(),
  };
}
