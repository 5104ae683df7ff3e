import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AppendFile } from '../domain/ports/append-file.ts';
import { errnoOf } from './errno.ts';
import { type FileSystem, flush, nodeFileSystem } from './file-system.ts';
import { makeFolder, withFileFault } from './files.ts';
import { largest, readRegular } from './read-bytes.ts';

/** A file that is only appended to. Each write is flushed when its promise resolves. */
export function appendFile(root: string, path: string, fileSystem: FileSystem = nodeFileSystem): AppendFile {
  const full = join(root, path);
  return {
    path,
    read: () =>
      withFileFault('read', path, () =>
        readRegular(full, path, largest.log).catch((error: unknown) => {
          if (errnoOf(error) === 'ENOENT') return new Uint8Array();
          throw error;
        }),
      ),
    append: (text) => withFileFault('write', path, () => appendFlushed(full, text, fileSystem)),
    folderId: () => withFileFault('read', path, () => inodeOf(dirname(full))),
    cut: (bytes) => withFileFault('write', path, () => fileSystem.truncate(full, bytes)),
  };
}

/** The inode number: file systems keep it when a folder is renamed (rename(2)), and for each mount of it. */
async function inodeOf(folder: string): Promise<string | null> {
  try {
    return `${(await stat(folder, { bigint: true })).ino}`;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function appendFlushed(path: string, text: string, fileSystem: FileSystem): Promise<void> {
  await makeFolder(dirname(path), fileSystem);
  const handle = await fileSystem.open(path, 'a', 0o600);
  try {
    // An empty file may be new. Its name must not be lost in a power cut if the changes that it records are not.
    if ((await handle.stat()).size === 0) await flush(dirname(path), fileSystem);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
