import { posix } from 'node:path';
import type { DatabaseAddress, Host, ServerLogin } from '../../domain/ports/host.ts';
import { ProblemError } from '../../domain/problem.ts';
import { type Bridge, inContainer, onHost, openBridge } from './bridge.ts';
import { Commands } from './commands.ts';
import { forward, type Reached } from './forwarding.ts';
import { getOver } from './http-get.ts';
import { Inspections } from './inspections.ts';
import { Link, type Live } from './link.ts';
import { shellFailed } from './link-problems.ts';
import { localSocket } from './local-socket.ts';
import { openOver, type RemoteSession } from './open-server.ts';
import { defaultLimits, type SshOptions } from './options.ts';
import { remoteFiles } from './remote-files.ts';
import { resolveTarget } from './resolve-target.ts';
import { dialFor } from './transports.ts';

/** A host that is reached over one SSH connection. Each method throws ProblemError if the connection is lost. */
export interface SshHost extends Host {
  readonly id: 'production';
  openServer(login: ServerLogin): Promise<RemoteSession>;
  close(): Promise<void>;
}

/**
 * Connects to a host as OpenSSH would with the operator's configuration.
 * @param target an alias of ~/.ssh/config, HOST, or USER@HOST
 * @throws ProblemError
 */
export async function connectSsh(target: string, options: SshOptions): Promise<SshHost> {
  const limits = { ...defaultLimits, ...options.limits };
  const resolved = await resolveTarget(target, options);
  const dialAgain = await dialFor({ target: resolved, options, limits });
  const first = await dialAgain();
  const link = new Link(target, limits, first, dialAgain);
  try {
    return hostOver(link, await folderOn(link, options.folder ?? '.'), options);
  } catch (error) {
    await link.close();
    throw error;
  }
}

/** Returns the absolute path of a folder that may be relative to the home directory. The folder need not exist. */
async function folderOn(link: Link, folder: string): Promise<string> {
  if (posix.isAbsolute(folder)) return posix.normalize(folder);
  const home = await new Commands(link, '/').home();
  if (home === '') throw new ProblemError(shellFailed(link.name, 'The user has no home directory.'));
  return posix.join(home, folder);
}

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a table: the methods of a host
function hostOver(link: Link, root: string, options: SshOptions): SshHost {
  const commands = new Commands(link, root, options.lock);
  const { name, limits } = link;
  const asProblem = (error: unknown) => link.asProblem(error);
  // The deployment's folder need not exist yet.
  const atRoot = new Commands(link, '/', options.lock);
  const inspections = new Inspections(atRoot, name);
  const reach = async (live: Live, port: number, bridge: Bridge, address?: string): Promise<Reached> => {
    const reached = await forward(live.connection, port, limits.channel, address);
    if (reached.is !== 'forbidden') return reached;
    return openBridge(atRoot, live, bridge, { name, port, timeout: limits.channel });
  };
  const reachDatabase = async (live: Live, { port, container }: DatabaseAddress) => {
    const direct = await forward(live.connection, port, limits.channel);
    if (direct.is !== 'forbidden') return { reached: direct, way: 'forwarding' } as const;
    const bridge = inContainer(container.name, container.port);
    const target = { name, port, timeout: limits.channel };
    return { reached: await openBridge(atRoot, live, bridge, target), way: 'docker exec' } as const;
  };
  return {
    id: 'production',
    name,
    files: remoteFiles(root, { name, inspections, commands: atRoot }),
    processes: {
      run: (argv, cwd, signal, onLine, given = {}) => {
        if (given.inspects !== true || onLine !== undefined)
          return commands.run(argv, cwd, signal, onLine, given);
        const { input } = given;
        const command = { argv, ...(input === undefined ? {} : { input }) };
        return inspections.run(command, posix.resolve(root, cwd ?? '/'), signal);
      },
    },
    listens: (port) =>
      link.use(async (live) => {
        const reached = await reach(live, port, onHost(port));
        if (reached.is === 'open') reached.socket.destroy();
        return reached.is === 'open';
      }),
    openServer: (login) =>
      link.use(async (live) => {
        const { reached, way } = await reachDatabase(live, login);
        return openOver(reached, login, way, live.connection.lost, asProblem);
      }),
    localAddress: (at) =>
      localSocket(at.port, () => link.use(async (live) => (await reachDatabase(live, at)).reached)),
    renew: () => link.renew(),
    get: (port, path, headers, signal, address) =>
      link.use(async (live) => {
        const reached = await reach(live, port, onHost(port, address), address);
        return getOver(reached, { port, path, headers, signal, timeout: limits.answer });
      }),
    close: () => link.close(),
  };
}
