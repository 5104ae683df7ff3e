import { createHash } from 'node:crypto';
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
