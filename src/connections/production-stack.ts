import type { Config } from '../config/config.ts';
import { containerNamed } from '../containers/container.ts';
import { logInAsOwner } from '../containers/log-in.ts';
import { type Stack, services } from '../containers/stack.ts';
import type { Host } from '../domain/ports.ts';
import { ProblemError } from '../domain/problem.ts';
import type { DropletLock } from '../host/host-lock.ts';
import type { ProductionSite } from './production-site.ts';
import { serverDatabase } from './server-database.ts';

/** What connects to the droplet: once, when it is first asked for something. */
export type Connect = (fence: () => DropletLock | null) => Promise<Host & { close(): Promise<void> }>;

/** The containers of a droplet that nobody is connected to yet. */
export function productionStack(
  connect: Connect,
  config: Config,
  signal: AbortSignal,
): ProductionSite & { readonly stack: Stack } {
  let connected: ReturnType<Connect> | undefined;
  const host = lazyHost(config, () => {
    const asked = connected ?? connect(() => site.lock);
    connected = asked;
    // What could not be reached is tried anew when it is next asked for.
    asked.catch(() => {
      connected = undefined;
    });
    return asked;
  });
  const place = { host, folder: '.' };
  const { database } = config;
  const isUp = async () => (await containerNamed(host, services.database.name, signal))?.status === 'running';
  const open = () => logInAsOwner(place, database.name, database.user);
  const server = serverDatabase('production', isUp, open);
  const stack: Stack = { ...place, target: 'production', database: server };
  const site: ReturnType<typeof productionStack> = {
    database: server,
    stack,
    server: null,
    lock: null,
    close: async () => {
      await server.close();
      // Where the link is gone, the lock expires by itself.
      await site.lock?.release().catch((error: unknown) => {
        if (!(error instanceof ProblemError)) throw error;
      });
      await (await connected)?.close();
    },
  };
  return site;
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
