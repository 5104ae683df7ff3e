import { readFile, stat } from 'node:fs/promises';
import { errnoOf } from './errno.ts';

/** Reads a file of secrets. As in libpq, it is ignored (undefined) if it cannot be read, or if others may access it. */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(path);
    return (mode & 0o077) === 0 ? await readFile(path, 'utf8') : undefined;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
