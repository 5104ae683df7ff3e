import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClaimFolder } from '../domain/ports/workspace-lock.ts';
import { errnoOf } from './errno.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';
import { makeFolder, withFileFault } from './files.ts';
import { livenessSockets } from './liveness-sockets.ts';
import { largest, readRegular } from './read-bytes.ts';

/**
 * A folder of numbered claims. A claim is made with link(2), which fails if the number is taken, and which creates the
 * file with its whole content at once.
 */
export function claimFolder(
  root: string,
  path: string,
  fileSystem: FileSystem = nodeFileSystem,
): ClaimFolder {
  const folder = join(root, path);
  const file = (number: number) => join(folder, `${number}.json`);
  const withTemporary = async <Answer>(text: string, act: (temporary: string) => Promise<Answer>) => {
    await makeFolder(folder, fileSystem);
    const temporary = join(folder, `${crypto.randomUUID()}.tmp`);
    try {
      await writeFlushed(temporary, text, fileSystem);
      return await act(temporary);
    } finally {
      await fileSystem.rm(temporary, { force: true });
    }
  };
  return {
    entries: () => withFileFault('read', path, () => entriesIn(folder)),
    claim: (number, text) =>
      withFileFault('write', path, () =>
        withTemporary(text, (temporary) => linked(temporary, file(number), fileSystem)),
      ),
    replace: (number, text) =>
      withFileFault('write', path, () =>
        withTemporary(text, (temporary) => fileSystem.rename(temporary, file(number))),
      ),
    remove: (number) => withFileFault('remove', path, () => fileSystem.rm(file(number), { force: true })),
    sockets: livenessSockets(root, path, fileSystem),
  };
}

/** Flushes, because a power cut could otherwise leave an empty claim. */
async function writeFlushed(path: string, text: string, fileSystem: FileSystem): Promise<void> {
  const handle = await fileSystem.open(path, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Links a file under a new name. Returns false if the name exists. */
async function linked(from: string, to: string, fileSystem: FileSystem): Promise<boolean> {
  try {
    await fileSystem.link(from, to);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function entriesIn(folder: string): Promise<{ number: number; text: string }[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
  const numbered = names.filter((name) => /^\d+\.json$/.test(name));
  const read = await Promise.all(numbered.map((name) => entryOf(folder, name)));
  return read.filter((entry) => entry !== null).sort((a, b) => a.number - b.number);
}

/** Reads an entry; null if its owner removed it after it was listed. */
async function entryOf(folder: string, name: string): Promise<{ number: number; text: string } | null> {
  try {
    const bytes = await readRegular(join(folder, name), name, largest.lockEntry);
    return { number: Number.parseInt(name, 10), text: Buffer.from(bytes).toString('utf8') };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}
