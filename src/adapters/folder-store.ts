import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BackupStore } from '../domain/ports/backup-store.ts';
import { errnoOf } from './errno.ts';
import { flush, nodeFileSystem } from './file-system.ts';
import { makeFolder, withFileFault } from './files.ts';
import { chunksOfRegular } from './read-bytes.ts';

/** A folder of this machine; it is made with the first file. A file has mode 600. @param path absolute */
export function folderStore(path: string): BackupStore {
  const file = (name: string) => join(path, name);
  return {
    name: path,
    list: () => withFileFault('list', path, () => namesIn(path)),
    write: (name, chunks, signal) =>
      withFileFault('write', file(name), () => writeFlushed(file(name), chunks, signal)),
    read: (name) => readChunks(file(name)),
    remove: (name) => withFileFault('remove', file(name), () => rm(file(name), { force: true })),
  };
}

async function namesIn(path: string): Promise<readonly string[]> {
  try {
    return (await readdir(path)).toSorted();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function writeFlushed(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const folder = dirname(path);
  await makeFolder(folder, nodeFileSystem);
  await removeAbandoned(folder);
  // Loaded here, because every command loads this file.
  const { temporaryName } = await import('./temporary-name.ts');
  const temporary = join(folder, await temporaryName(path.slice(folder.length + 1)));
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      for await (const chunk of chunks) {
        signal.throwIfAborted();
        await handle.writeFile(chunk);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await flush(folder, nodeFileSystem);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Removes what killed processes left, of whatever backup. */
async function removeAbandoned(folder: string): Promise<void> {
  const { isAbandoned } = await import('./temporary-name.ts');
  for (const name of await namesIn(folder)) {
    const target = /^(.+?)\.\d+\.[0-9a-f]{24}\.[0-9a-f]{8}\.tmp$/.exec(name)?.[1];
    if (target !== undefined && (await isAbandoned(name, target)))
      await rm(join(folder, name), { force: true });
  }
}

async function* readChunks(path: string): AsyncIterable<Uint8Array> {
  try {
    yield* chunksOfRegular(path, path);
  } catch (error) {
    await withFileFault('read', path, () => Promise.reject(error));
  }
}
