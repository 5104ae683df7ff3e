import { stat } from 'node:fs/promises';
import { FileFault } from '../domain/ports/files.ts';
import { errnoOf } from './errno.ts';
import { largest, readRegular } from './read-bytes.ts';

/** The text of a file of secrets, or why it is not used: an error of the system, or its permissions (octal). */
export type PrivateFile =
  | { readonly text: string }
  | { readonly errno: string }
  | { readonly openTo: string };

/** Reads a file of secrets. As in libpq, it is not used if others may access it. */
export async function readPrivateFile(path: string): Promise<PrivateFile> {
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) return { openTo: (mode & 0o777).toString(8) };
    return { text: Buffer.from(await readRegular(path, path, largest.text)).toString('utf8') };
  } catch (error) {
    const errno = error instanceof FileFault ? error.errno : errnoOf(error);
    if (errno === undefined) throw error;
    return { errno };
  }
}
