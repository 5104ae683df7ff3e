import { readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from './errno.ts';
import { type FileSystem, flush, nodeFileSystem } from './file-system.ts';

/** Replaces a file atomically, or creates it. If the path is a symbolic link, its target is replaced. */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  mode: number,
  fileSystem: FileSystem = nodeFileSystem,
): Promise<void> {
  const target = await realpath(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return path;
    throw error;
  });
  await removeAbandoned(target, fileSystem);
  // Loaded here, because a command that only reads does not need it.
  const { temporaryName } = await import('./temporary-name.ts');
  const temporary = join(dirname(target), await temporaryName(basename(target)));
  try {
    const handle = await fileSystem.open(temporary, 'wx', mode);
    try {
      await handle.writeFile(content);
      await handle.chmod(mode); // past the umask
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fileSystem.rename(temporary, target);
    await flush(dirname(target), fileSystem);
  } catch (error) {
    await fileSystem.rm(temporary, { force: true });
    throw error;
  }
}

/** Removes the temporary files that killed processes left for this target. */
async function removeAbandoned(target: string, fileSystem: FileSystem): Promise<void> {
  const [folder, base] = [dirname(target), basename(target)];
  const { isAbandoned } = await import('./temporary-name.ts');
  for (const name of await namesIn(folder)) {
    if (await isAbandoned(name, base)) await fileSystem.rm(join(folder, name), { force: true });
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
