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

/** Connects to the production host; called once, at the first request. */
export type Connect = (lock: () => HostLock | null) => Promise<Host & { close(): Promise<void> }>;

/** Returns the containers of a production host as production. The first request connects. */
export function productionHost(
  connect: Connect,
  config: Config,
  signal: AbortSignal,
): ConnectedProduction<ContainerTarget> {
  let connected: ReturnType<Connect> | undefined;
  const host = lazyHost(config, () => {
    const attempt = connected ?? connect(() => production.lock);
    connected = attempt;
    // After a failure, the next request connects again.
    attempt.catch(() => {
      connected = undefined;
    });
    return attempt;
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
    name: production.host ?? 'the production host',
    files: {
      root: production.directory,
      look: async (path) => (await files()).look(path),
      read: async (path) => (await files()).read(path),
      hash: async (path) => (await files()).hash(path),
      isInside: async (path) => (await files()).isInside(path),
      list: async (path) => (await files()).list(path),
      makeDirectory: async (path) => (await files()).makeDirectory(path),
      write: async (...args) => (await files()).write(...args),
      move: async (...args) => (await files()).move(...args),
      copy: async (...args) => (await files()).copy(...args),
      setMode: async (...args) => (await files()).setMode(...args),
      remove: async (path) => (await files()).remove(path),
      removeFolder: async (path) => (await files()).removeFolder(path),
    },
    processes: { run: async (...args) => (await reach()).processes.run(...args) },
    listens: async (port) => (await reach()).listens(port),
    openServer: async (login) => (await reach()).openServer(login),
    get: async (...args) => (await reach()).get(...args),
    renew: async () => (await reach()).renew(),
  };
}
