import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry, Image } from './recorded-disk.ts';

/** Returns a line for each entry: path, mode, and the hash of its bytes. */
export function linesOf(image: Image): readonly string[] {
  return [...image].map(([path, entry]) => `${path} ${entry.mode.toString(8)} ${contentOf(entry)}`).sort();
}

const hashes = new WeakMap<Buffer, string>();

function contentOf({ bytes }: Entry): string {
  if (bytes === null) return 'folder';
  const hash = hashes.get(bytes) ?? createHash('sha256').update(bytes).digest('hex');
  hashes.set(bytes, hash);
  return hash;
}

export function textIn(image: Image, path: string): string | undefined {
  return image.get(path)?.bytes?.toString('utf8');
}

/**
 * Writes an image into a folder, as a later boot finds it: the name of a temporary file contains the boot of its
 * process (`temporaryName`), and is changed to an earlier boot.
 */
export function writeImage(image: Image, folder: string): void {
  mkdirSync(folder);
  for (const [path, { mode, bytes }] of image) {
    const at = join(
      folder,
      path.replace(/(?<=\.[0-9a-f]{6})[0-9a-f]{6}(?=[0-9a-f]{12}\.[0-9a-f]{8}\.tmp$)/, '000000'),
    );
    if (bytes === null) mkdirSync(at);
    else writeFileSync(at, bytes);
    chmodSync(at, mode);
  }
}
