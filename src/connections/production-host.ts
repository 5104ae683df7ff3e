import type { Config } from '../config/config.ts';
import { ownerLogIn } from '../containers/log-in.ts';
import type { Stack } from '../containers/stack.ts';
import type { FileChange, Files } from '../domain/ports/files.ts';
import type { Host } from '../domain/ports/host.ts';
import { ProblemError } from '../domain/problem.ts';
import type { HostLock } from '../host/host-lock.ts';
import type { ContainerTarget } from '../targets/target.ts';
import type { ConnectedProduction } from './connected-production.ts';
import { inspectedHost } from './inspected-host.ts';
import { Kept } from './kept.ts';
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
  const far = lazyHost(config, () => {
    const attempt = connected ?? connect(() => production.lock);
    connected = attempt;
    // After a failure, the next request connects again.
    attempt.catch(() => {
      connected = undefined;
    });
    return attempt;
  });
  const kept = new Kept();
  const host = inspectedHost(far, kept);
  const stack: Stack = { host, folder: '.', containers: config.containers };
  const { database } = config;
  const logIn = ownerLogIn(stack, { database: database.name, user: database.user }, signal);
  const server = serverDatabase('production', logIn.isUp, logIn.open, kept);
  const production: ConnectedProduction<ContainerTarget> = {
    name: 'production',
    database: server,
    stack,
    server: null,
    files: { files: host.files, folder: stack.folder, host: host.id },
    items: {},
    lock: null,
    logInAhead: logIn.ahead,
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

/** An SSH host makes file changes together; a test's host may not. */
async function togetherOn(files: Files, changes: readonly FileChange[]) {
  if (files.together === undefined) throw new Error('the host makes no changes together');
  return files.together(changes);
}

function lazyHost({ production }: Config, reach: () => Promise<Host>): Host {
  const files = async () => (await reach()).files;
  return {
    id: 'production',
    name: production.host ?? 'the production host',
    files: {
      root: production.directory,
      checksBefore: true,
      together: async (changes) => togetherOn(await files(), changes),
      inspect: async (path) => (await files()).inspect(path),
      read: async (path) => (await files()).read(path),
      hash: async (path) => (await files()).hash(path),
      isInside: async (path) => (await files()).isInside(path),
      list: async (path) => (await files()).list(path),
      makeDirectory: async (...args) => (await files()).makeDirectory(...args),
      write: async (...args) => (await files()).write(...args),
      move: async (...args) => (await files()).move(...args),
      copy: async (...args) => (await files()).copy(...args),
      setMode: async (...args) => (await files()).setMode(...args),
      remove: async (...args) => (await files()).remove(...args),
      removeFolder: async (...args) => (await files()).removeFolder(...args),
    },
    processes: { run: async (...args) => (await reach()).processes.run(...args) },
    listens: async (port) => (await reach()).listens(port),
    openServer: async (login) => (await reach()).openServer(login),
    localAddress: async (at) => (await reach()).localAddress(at),
    get: async (...args) => (await reach()).get(...args),
    renew: async () => (await reach()).renew(),
  };
}
