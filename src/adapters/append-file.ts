import { open, readFile, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AppendFile } from '../domain/ports.ts';
import { errnoOf } from './errno.ts';
import { makeFolder, told } from './files.ts';

export function appendFile(root: string, path: string): AppendFile {
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
    append: (text) => told('write', path, () => appendFlushed(full, text)),
    cut: (bytes) => told('write', path, () => truncate(full, bytes)),
  };
}

async function appendFlushed(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path));
  const handle = await open(path, 'a', 0o600);
  try {
    await handle.appendFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
