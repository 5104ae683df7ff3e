import { readFile, stat } from 'node:fs/promises';
import { errnoOf } from './errno.ts';

/** A file of secrets: undefined where it is not there or cannot be read, or where others than its owner may read it, as libpq has it. */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(path);
    return (mode & 0o077) === 0 ? await readFile(path, 'utf8') : undefined;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
