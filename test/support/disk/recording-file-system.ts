import { lstatSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type FileSystem, nodeFileSystem, type OpenFile } from '../../../src/adapters/file-system.ts';
import { type Image, type ImageKind, RecordedDisk } from './recorded-disk.ts';

/** The contents of the disk if everything stops right after a call. */
export interface Moment {
  /** Such as `flushed`. For `renamed` and `linked`, the path is the new one. */
  readonly call: string;
  /** Relative to the recorded folder. */
  readonly path: string;
  readonly images: Readonly<Record<ImageKind, Image>>;
}

/**
 * Makes each call on the real file system, and records the contents of the disk after it. The n-th moment is what would
 * be left if the program stopped at its n-th call, so one run covers every n.
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
      // The socket of a lock is not recorded, because the kernel creates its name.
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

/** Returns the paths that a removal of this path removes, in order. */
function pathsBelow(path: string): readonly string[] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [path];
  return [...readdirSync(path).flatMap((base) => pathsBelow(join(path, base))), path];
}
