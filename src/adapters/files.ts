import { isUtf8 } from 'node:buffer';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { isConfined } from '../domain/confined.ts';
import { FileFault, type Files, type Node } from '../domain/ports/files.ts';
import { errnoOf } from './errno.ts';
import { type FileSystem, flush, nodeFileSystem } from './file-system.ts';
import { hashRegular, largest, readBytes, readRegular } from './read-bytes.ts';
import { writeWhole } from './write-whole.ts';

/** The files in a folder of this machine. A change is flushed when its promise resolves. */
export function filesIn(root: string, fileSystem: FileSystem = nodeFileSystem): Files {
  const full = (path: string) => join(root, path);
  return {
    root,
    inspect: (path) => withFileFault('inspect', path, () => nodeAt(full(path))),
    read: (path) =>
      withFileFault('read', path, async () =>
        textOf(path, await readRegular(full(path), path, limitOf(path))),
      ),
    readStream: (path) =>
      withFileFault('read', path, async () => textOf(path, await readBytes(full(path), path))),
    hash: (path) => withFileFault('read', path, () => hashRegular(full(path), path)),
    isInside: (path) => withFileFault('inspect', path, () => isInside(root, path)),
    list: (path) => withFileFault('list', path, () => namesIn(full(path))),
    makeDirectory: (path) => withFileFault('make the folder', path, () => makeFolder(full(path), fileSystem)),
    write: (path, content, mode) =>
      withFileFault('write', path, () => writeWhole(full(path), content, mode, fileSystem)),
    move: (from, to) => withFileFault('move', from, () => moveFile(full(from), full(to), fileSystem)),
    copy: (from, to, mode) =>
      withFileFault('copy', from, async () =>
        writeWhole(full(to), await readRegular(full(from), from, largest.log), mode, fileSystem),
      ),
    setMode: (path, mode) =>
      withFileFault('set the mode of', path, async () => {
        await fileSystem.chmod(full(path), mode);
        await flush(full(path), fileSystem);
      }),
    remove: (path) => withFileFault('remove', path, () => removeAll(full(path), fileSystem)),
    removeFolder: (path) =>
      withFileFault('remove', path, async () => {
        await fileSystem.rmdir(full(path));
        await flush(dirname(full(path)), fileSystem);
      }),
  };
}

/** Logs have a line for each line of output. */
function limitOf(path: string): number {
  return path.startsWith('.erp-deploy/logs/') ? largest.log : largest.text;
}

/** Follows the links of the nearest parent that exists: what does not exist is no link. */
async function isInside(root: string, path: string): Promise<boolean> {
  if (!isConfined(path)) return false;
  try {
    const within = relative(await realpath(root), await realpath(join(root, path)));
    return within !== '..' && !within.startsWith('../');
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' && errnoOf(error) !== 'ENOTDIR') throw error;
    const above = dirname(path);
    return above === '.' || isInside(root, above);
  }
}

/** Folders with secrets: the journal, backups and dumps; `.env`. */
const privateFolders: ReadonlySet<string> = new Set(['.erp-deploy', 'postgres-erp']);

/** Other users may never write, whatever the umask is, and may not list a folder with secrets. */
function modeOf(folder: string): number {
  return privateFolders.has(basename(folder)) ? 0o700 : 0o755;
}

/**
 * Makes a folder and its parents; an existing one is left as it is. Does not use `mkdir` with `recursive`, which
 * reports ENOENT on a read-only file system (Node 24).
 */
export async function makeFolder(path: string, fileSystem: FileSystem): Promise<void> {
  try {
    await fileSystem.mkdir(path, modeOf(path));
    await flush(dirname(path), fileSystem);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (errnoOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path), fileSystem);
    await makeFolder(path, fileSystem);
  }
}

/**
 * Flushes the folder of the new name first. If only the removal of the old name reached the disk, the file would be
 * lost.
 */
async function moveFile(from: string, to: string, fileSystem: FileSystem): Promise<void> {
  await fileSystem.rename(from, to);
  for (const folder of new Set([dirname(to), dirname(from)])) await flush(folder, fileSystem);
}

async function removeAll(path: string, fileSystem: FileSystem): Promise<void> {
  await fileSystem.rm(path, { recursive: true, force: true });
  // What does not exist may be in a folder that does not exist either.
  if ((await nodeAt(dirname(path))).type === 'directory') await flush(dirname(path), fileSystem);
}

/** Decodes UTF-8. Refuses other bytes, because a lenient decoder would silently change them. */
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
    return { type: 'other', what: 'neither a file nor a directory' };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return absentUnlessLink(path);
    if (errnoOf(error) === 'ENOTDIR') return { type: 'other', what: 'inside a path that is not a directory' };
    if (errnoOf(error) === 'ELOOP') return { type: 'other', what: 'a loop of symbolic links' };
    throw error;
  }
}

/**
 * Distinguishes a missing path from a broken link, which stat(2) does not; a write would replace the link by a file.
 */
async function absentUnlessLink(path: string): Promise<Node> {
  try {
    await lstat(path);
    return { type: 'other', what: 'a broken symbolic link' };
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

/** Turns an error of a system call into a `FileFault`. Any other error is a bug, and is thrown unchanged. */
export async function withFileFault<Answer>(
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
