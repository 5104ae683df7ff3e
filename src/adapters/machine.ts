import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { dirname } from 'node:path';
import { errnoOf } from './errno.ts';

/** Returns the bytes that this user can still write at a path, or at the nearest existing folder above it. */
export async function freeDisk(path: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) throw error;
    return freeDisk(dirname(path));
  }
}

/** Returns the bytes of memory that no process uses. */
export function freeMemory(): number {
  return freemem();
}

/** Returns whether this user may write to a path, or create it if it does not exist. */
export async function isWritable(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' && dirname(path) !== path) return isWritable(dirname(path));
    if (errnoOf(error) !== undefined) return false;
    throw error;
  }
}

/** Returns whether the path does not exist, or part of it is not a directory. */
function isMissing(error: unknown): boolean {
  return errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR';
}
