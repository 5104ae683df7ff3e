import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClaimFolder } from '../domain/ports.ts';
import { errnoOf } from './errno.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';
import { makeFolder, told } from './files.ts';
import { livenessSockets } from './liveness-sockets.ts';

/** link(2) fails where the name exists, and what it makes is whole at once: a claim is never half written. */
export function claimFolder(
  root: string,
  path: string,
  fileSystem: FileSystem = nodeFileSystem,
): ClaimFolder {
  const folder = join(root, path);
  const file = (number: number) => join(folder, `${number}.json`);
  const withTemporary = async <Answer>(text: string, act: (temporary: string) => Promise<Answer>) => {
    await makeFolder(folder, fileSystem);
    const temporary = join(folder, `${randomUUID()}.tmp`);
    try {
      await writeFlushed(temporary, text, fileSystem);
      return await act(temporary);
    } finally {
      await fileSystem.rm(temporary, { force: true });
    }
  };
  return {
    entries: () => told('read', path, () => entriesIn(folder)),
    claim: (number, text) =>
      told('write', path, () =>
        withTemporary(text, (temporary) => linked(temporary, file(number), fileSystem)),
      ),
    replace: (number, text) =>
      told('write', path, () =>
        withTemporary(text, (temporary) => fileSystem.rename(temporary, file(number))),
      ),
    remove: (number) => told('remove', path, () => fileSystem.rm(file(number), { force: true })),
    sockets: livenessSockets(root, path, fileSystem),
  };
}

/** Without the flush, a power cut could leave the name of a claim with nothing in it. */
async function writeFlushed(path: string, text: string, fileSystem: FileSystem): Promise<void> {
  const handle = await fileSystem.open(path, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Whether the name was free. */
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

/** An entry may go between the listing and the reading: its owner is done with it. */
async function entryOf(folder: string, name: string): Promise<{ number: number; text: string } | null> {
  try {
    return { number: Number.parseInt(name, 10), text: await readFile(join(folder, name), 'utf8') };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}
