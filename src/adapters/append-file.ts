import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AppendFile } from '../domain/ports.ts';
import { errnoOf } from './errno.ts';
import { type FileSystem, flush, nodeFileSystem } from './file-system.ts';
import { makeFolder, told } from './files.ts';

export function appendFile(root: string, path: string, fileSystem: FileSystem = nodeFileSystem): AppendFile {
  const full = join(root, path);
  return {
    path,
    read: () =>
      told('read', path, () =>
        readFile(full, 'utf8').catch((error: unknown) => {
          if (errnoOf(error) === 'ENOENT') return '';
          throw error;
        }),
      ),
    append: (text) => told('write', path, () => appendFlushed(full, text, fileSystem)),
    cut: (bytes) => told('write', path, () => fileSystem.truncate(full, bytes)),
  };
}

async function appendFlushed(path: string, text: string, fileSystem: FileSystem): Promise<void> {
  await makeFolder(dirname(path), fileSystem);
  const handle = await fileSystem.open(path, 'a', 0o600);
  try {
    // An empty file may be new. Its name must not be lost while what its records are about stays.
    if ((await handle.stat()).size === 0) await flush(dirname(path), fileSystem);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
