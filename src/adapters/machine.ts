import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { dirname } from 'node:path';
import { errnoOf } from './errno.ts';

/** Bytes that this user may still write below a path; one that is not there yet is on its folder's disk. */
export async function freeDisk(path: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (error) {
    if (!isNotThere(error) || dirname(path) === path) throw error;
    return freeDisk(dirname(path));
  }
}

/** Bytes of memory that no process uses. */
export function freeMemory(): number {
  return freemem();
}

/** Whether this user may write there; where nothing is there yet, whether they may make it. */
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

/** Nothing is at the path, or a part of it is a file. */
function isNotThere(error: unknown): boolean {
  return errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR';
}
