import { stat } from 'node:fs/promises';
import { FileFault } from '../domain/ports.ts';
import { errnoOf } from './errno.ts';
import { largest, readRegular } from './read-bytes.ts';

/** Reads a file of secrets. As in libpq, it is ignored (undefined) if it cannot be read, or if others may access it. */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(path);
    return (mode & 0o077) === 0
      ? Buffer.from(await readRegular(path, path, largest.text)).toString('utf8')
      : undefined;
  } catch (error) {
    if (errnoOf(error) === undefined && !(error instanceof FileFault)) throw error;
    return undefined;
  }
}
