import { isUtf8 } from 'node:buffer';
import { createHash, randomUUID } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FileFault, type Files, type Node } from '../domain/ports.ts';

/** The files below a folder, for real. */
export function filesIn(root: string): Files {
  const full = (path: string) => join(root, path);
  return {
    root,
    look: (path) => told('look at', path, () => nodeAt(full(path))),
    read: (path) => told('read', path, async () => textOf(path, await readFile(full(path)))),
    hash: (path) =>
      told('read', path, async () =>
        createHash('sha256')
          .update(await readFile(full(path)))
          .digest('hex'),
      ),
    list: (path) => told('list', path, () => namesIn(full(path))),
    makeDirectory: (path) => told('make the folder', path, () => makeFolder(full(path))),
    write: (path, content, mode) => told('write', path, () => writeWhole(full(path), content, mode)),
    move: (from, to) => told('move', from, () => rename(full(from), full(to))),
    copy: (from, to, mode) =>
      told('copy', from, async () => writeWhole(full(to), await readFile(full(from)), mode)),
    setMode: (path, mode) => told('set the mode of', path, () => chmod(full(path), mode)),
    remove: (path) => told('remove', path, () => rm(full(path), { recursive: true, force: true })),
    removeFolder: (path) => told('remove', path, () => rmdir(full(path))),
  };
}

/**
 * Makes a folder, with those above it; one that is there will do. Not `mkdir` with `recursive`: on a
 * read-only file system, that says ENOENT (Node 24).
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (errnoOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await makeFolder(path);
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

/** A file that a link leads to is replaced where it lies, and the link stays a link. */
export async function writeWhole(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const target = await realpath(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return path;
    throw error;
  });
  await removeAbandoned(target);
  const temporary = `${target}.${process.pid}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(content);
      await handle.chmod(mode); // past the umask
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
    await flushFolder(dirname(target));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Removes what killed processes left of their temporary files for this target. */
async function removeAbandoned(target: string): Promise<void> {
  const [folder, base] = [dirname(target), basename(target)];
  for (const name of await namesIn(folder)) {
    const end = name.startsWith(base) ? name.slice(base.length) : '';
    const pid = /^\.(\d+)\.[0-9a-f]{8}\.tmp$/.exec(end)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return false;
    if (errnoOf(error) === 'EPERM') return true; // somebody else's
    throw error;
  }
}

/** Makes a rename survive a power cut. */
async function flushFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The errno name of a system's refusal; undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error
    ? error.code
    : undefined;
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
