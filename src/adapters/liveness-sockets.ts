import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LivenessSocket, LivenessSockets } from '../domain/ports/workspace-lock.ts';
import { errnoOf } from './errno.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';
import { makeFolder, withFileFault } from './files.ts';

/** Bytes of a path that fit into the address of a UNIX socket on every system: macOS has 104 with the final NUL. */
const longestPath = 103;

/**
 * Listening UNIX sockets in a folder. The kernel finds them by their inode, so that every PID, network and mount
 * namespace of this machine reaches them, and it closes them when their process ends.
 */
export function livenessSockets(
  root: string,
  path: string,
  fileSystem: FileSystem = nodeFileSystem,
): LivenessSockets {
  const folder = join(root, path);
  return {
    listen: () => orNull(() => listenIn(folder, path, fileSystem)),
    stateOf: async (socket) => (await orNull(() => stateIn(folder, socket))) ?? 'unknown',
    removeAllBut: (name) =>
      withFileFault('remove', path, async () => {
        const others = (await readdir(folder)).filter((one) => one.endsWith('.sock') && one !== name);
        await Promise.all(others.map((one) => fileSystem.rm(join(folder, one), { force: true })));
      }),
  };
}

/** @param shown the path of the folder in messages */
async function listenIn(folder: string, shown: string, fileSystem: FileSystem) {
  await makeFolder(folder, fileSystem);
  const { createServer } = await import('node:net');
  const name = `${crypto.randomUUID().slice(0, 8)}.sock`;
  const server = createServer((connection) => connection.destroy());
  server.unref();
  await atShortPath(folder, name, async (path) => {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(path, resolve);
    });
  });
  // A connection that cannot be accepted (EMFILE) does no harm: the socket still listens.
  server.removeAllListeners('error').on('error', () => undefined);
  const { dev, ino } = await lstat(join(folder, name), { bigint: true });
  return {
    socket: { name, device: String(dev), inode: String(ino) },
    close: async () => {
      server.close();
      await withFileFault('remove', shown, () => fileSystem.rm(join(folder, name), { force: true }));
    },
  };
}

async function stateIn(folder: string, { name, device, inode }: LivenessSocket) {
  const found = await lstat(join(folder, name), { bigint: true });
  const refusal = await atShortPath(folder, name, refusalOf);
  // EAGAIN: it listens, but its queue of connections is full.
  if (refusal === null || refusal === 'EAGAIN') return 'running';
  // Through another file system (NFS, FUSE), a socket refuses connections although its process runs.
  const isSameFile = found.isSocket() && String(found.dev) === device && String(found.ino) === inode;
  return refusal === 'ECONNREFUSED' && isSameFile ? 'gone' : 'unknown';
}

/** Returns the errno name with which a connection fails; null if it succeeds. */
async function refusalOf(path: string): Promise<string | null> {
  const { connect } = await import('node:net');
  return new Promise((resolve, reject) => {
    const connection = connect(path, () => {
      connection.destroy();
      resolve(null);
    });
    connection.once('error', (error) => {
      const errno = errnoOf(error);
      if (errno === undefined) reject(error);
      else resolve(errno);
    });
  });
}

/** Calls `act` with a path that fits into a socket address: if the path is too long, one through the open folder. */
async function atShortPath<Answer>(
  folder: string,
  name: string,
  act: (path: string) => Promise<Answer>,
): Promise<Answer> {
  const path = join(folder, name);
  // Linux only; elsewhere the system refuses a path that is too long, and there are no PID namespaces.
  if (Buffer.byteLength(path) <= longestPath || process.platform !== 'linux') return act(path);
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return await act(`/proc/self/fd/${handle.fd}/${name}`);
  } finally {
    await handle.close();
  }
}

/** Null if the system refuses: not every file system has sockets, and not every system takes every path. */
async function orNull<Answer>(act: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await act();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return null;
  }
}
