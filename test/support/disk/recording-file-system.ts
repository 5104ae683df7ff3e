import { lstatSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type FileSystem, nodeFileSystem, type OpenFile } from '../../../src/adapters/file-system.ts';
import { type Image, type ImageKind, RecordedDisk } from './recorded-disk.ts';

/** What the disk holds right after a call, if everything stops there. */
export interface Moment {
  /** Such as `flushed`; what is `renamed` or `linked` is named by its new path. */
  readonly call: string;
  /** Relative to the recorded folder. */
  readonly path: string;
  readonly images: Readonly<Record<ImageKind, Image>>;
}

/**
 * Makes each call on the real file system, and records what the disk holds after it. What would be left if the program
 * stopped at its n-th call is the n-th moment: it need not run once for each n.
 * @param root the folder that is recorded, absolute and without symbolic links
 */
export function recordingFileSystem(root: string): { fileSystem: FileSystem; moments: readonly Moment[] } {
  const disk = new RecordedDisk(root);
  const moments: Moment[] = [];
  const within = (path: string) => {
    const at = relative(root, path);
    if (at.startsWith('..')) throw new Error(`${path} is not recorded`);
    return at;
  };
  const record = (call: string, path: string) => {
    const images = { synced: disk.image('synced'), named: disk.image('named'), all: disk.image('all') };
    moments.push({ call, path, images });
  };
  record('started', '');

  const open: FileSystem['open'] = async (path, flags, mode) => {
    const handle = await nodeFileSystem.open(path, flags, mode);
    const at = within(path);
    if (!disk.has(at)) {
      disk.makeFile(at, modeOf(path));
      record('created', at);
    }
    return recordedHandle(handle, at);
  };

  const recordedHandle = (handle: OpenFile, at: string): OpenFile => ({
    stat: () => handle.stat(),
    writeFile: async (content) => {
      await handle.writeFile(content);
      const bytes = Buffer.from(content);
      const half = Math.ceil(bytes.length / 2);
      disk.append(at, bytes.subarray(0, half));
      record('wrote half of', at);
      disk.append(at, bytes.subarray(half));
      record('wrote', at);
    },
    chmod: async (mode) => {
      await handle.chmod(mode);
      disk.setMode(at, mode);
      record('set the mode of', at);
    },
    sync: async () => {
      await handle.sync();
      disk.sync(at);
      record('flushed', at);
    },
    close: () => handle.close(),
  });

  const fileSystem: FileSystem = {
    open,
    chmod: async (path, mode) => {
      await nodeFileSystem.chmod(path, mode);
      disk.setMode(within(path), mode);
      record('set the mode of', within(path));
    },
    link: async (existing, path) => {
      await nodeFileSystem.link(existing, path);
      disk.link(within(existing), within(path));
      record('linked', within(path));
    },
    mkdir: async (path, mode) => {
      await nodeFileSystem.mkdir(path, mode);
      disk.makeFolder(within(path), modeOf(path));
      record('made', within(path));
    },
    rename: async (from, to) => {
      await nodeFileSystem.rename(from, to);
      disk.rename(within(from), within(to));
      record('renamed', within(to));
    },
    rm: async (path, options) => {
      const removed = pathsBelow(path).map(within);
      await nodeFileSystem.rm(path, options);
      // The socket of a lock is on no recorded disk: the kernel makes its name.
      for (const at of removed.filter((one) => disk.has(one))) {
        disk.remove(at);
        record('removed', at);
      }
    },
    rmdir: async (path) => {
      await nodeFileSystem.rmdir(path);
      disk.remove(within(path));
      record('removed', within(path));
    },
    truncate: async (path, size) => {
      await nodeFileSystem.truncate(path, size);
      disk.cut(within(path), size);
      record('cut', within(path));
    },
  };
  return { fileSystem, moments };
}

const modeOf = (path: string) => lstatSync(path).mode & 0o7777;

/** Returns what a removal of this path removes, in its order. */
function pathsBelow(path: string): readonly string[] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [path];
  return [...readdirSync(path).flatMap((base) => pathsBelow(join(path, base))), path];
}
