import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FileFault, type Files, type Node } from '../domain/ports.ts';
import { errnoOf } from './errno.ts';
import { type FileSystem, flush, nodeFileSystem } from './file-system.ts';
import { readBytes } from './read-bytes.ts';
import { writeWhole } from './write-whole.ts';

/** The files below a folder, for real. A change is flushed when its promise resolves. */
export function filesIn(root: string, fileSystem: FileSystem = nodeFileSystem): Files {
  const full = (path: string) => join(root, path);
  return {
    root,
    look: (path) => told('look at', path, () => nodeAt(full(path))),
    read: (path) => told('read', path, async () => textOf(path, await readBytes(full(path), path))),
    hash: (path) =>
      told('read', path, async () =>
        createHash('sha256')
          .update(await readFile(full(path)))
          .digest('hex'),
      ),
    list: (path) => told('list', path, () => namesIn(full(path))),
    makeDirectory: (path) => told('make the folder', path, () => makeFolder(full(path), fileSystem)),
    write: (path, content, mode) =>
      told('write', path, () => writeWhole(full(path), content, mode, fileSystem)),
    move: (from, to) => told('move', from, () => moveFile(full(from), full(to), fileSystem)),
    copy: (from, to, mode) =>
      told('copy', from, async () => writeWhole(full(to), await readFile(full(from)), mode, fileSystem)),
    setMode: (path, mode) =>
      told('set the mode of', path, async () => {
        await fileSystem.chmod(full(path), mode);
        await flush(full(path), fileSystem);
      }),
    remove: (path) => told('remove', path, () => removeAll(full(path), fileSystem)),
    removeFolder: (path) =>
      told('remove', path, async () => {
        await fileSystem.rmdir(full(path));
        await flush(dirname(full(path)), fileSystem);
      }),
  };
}

/**
 * Makes a folder, with those above it; one that is there will do. Not `mkdir` with `recursive`: on a
 * read-only file system, that says ENOENT (Node 24).
 */
export async function makeFolder(path: string, fileSystem: FileSystem): Promise<void> {
  try {
    await fileSystem.mkdir(path);
    await flush(dirname(path), fileSystem);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (errnoOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path), fileSystem);
    await makeFolder(path, fileSystem);
  }
}

/** Flushes the folder of the new name first: with only the old name gone from the disk, the file would be lost. */
async function moveFile(from: string, to: string, fileSystem: FileSystem): Promise<void> {
  await fileSystem.rename(from, to);
  for (const folder of new Set([dirname(to), dirname(from)])) await flush(folder, fileSystem);
}

async function removeAll(path: string, fileSystem: FileSystem): Promise<void> {
  await fileSystem.rm(path, { recursive: true, force: true });
  // What does not exist may be in a folder that does not exist either.
  if ((await nodeAt(dirname(path))).type === 'directory') await flush(dirname(path), fileSystem);
}

/** A lenient decoder would alter unseen what is not UTF-8. */
function textOf(path: string, bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new FileFault('read', path, 'EILSEQ');
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

async function nodeAt(path: string): Promise<Node> {
  try {
    const found = await stat(path);
    const mode = found.mode & 0o7777;
    if (found.isFile()) return { type: 'file', mode, size: found.size };
    if (found.isDirectory()) return { type: 'directory', mode };
    return { type: 'other', what: 'neither a file nor a folder' };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return absentUnlessLink(path);
    if (errnoOf(error) === 'ENOTDIR') return { type: 'other', what: 'below something that is no folder' };
    if (errnoOf(error) === 'ELOOP') return { type: 'other', what: 'a symbolic link that leads in a circle' };
    throw error;
  }
}

/** stat(2) says the same of nothing and of a link to nothing; a write would put a file in the link's place. */
async function absentUnlessLink(path: string): Promise<Node> {
  try {
    await lstat(path);
    return { type: 'other', what: 'a symbolic link that leads nowhere' };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { type: 'absent' };
    throw error;
  }
}

async function namesIn(path: string): Promise<readonly string[]> {
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Turns a system's refusal into a `FileFault`; anything else is a bug and passes through. */
export async function told<Answer>(
  operation: string,
  path: string,
  act: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await act();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    throw new FileFault(operation, path, errno, { cause: error });
  }
}
