import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FileFault, type Files, type Node } from '../domain/ports.ts';
import { errnoOf } from './errno.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';
import { readBytes } from './read-bytes.ts';
import { writeWhole } from './write-whole.ts';

/** The files below a folder, for real. */
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
    move: (from, to) => told('move', from, () => fileSystem.rename(full(from), full(to))),
    copy: (from, to, mode) =>
      told('copy', from, async () => writeWhole(full(to), await readFile(full(from)), mode, fileSystem)),
    setMode: (path, mode) => told('set the mode of', path, () => fileSystem.chmod(full(path), mode)),
    remove: (path) => told('remove', path, () => fileSystem.rm(full(path), { recursive: true, force: true })),
    removeFolder: (path) => told('remove', path, () => fileSystem.rmdir(full(path))),
  };
}

/**
 * Makes a folder, with those above it; one that is there will do. Not `mkdir` with `recursive`: on a
 * read-only file system, that says ENOENT (Node 24).
 */
export async function makeFolder(path: string, fileSystem: FileSystem): Promise<void> {
  try {
    await fileSystem.mkdir(path);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (errnoOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path), fileSystem);
    await makeFolder(path, fileSystem);
  }
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
