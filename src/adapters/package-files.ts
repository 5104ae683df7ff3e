import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** Reads the text files that come with the package, by path relative to its folder. */
export function packageFiles(root: URL): {
  read(path: string): Promise<string>;
  readNow(path: string): string;
} {
  return {
    read: (path) => readFile(new URL(path, root), 'utf8'),
    readNow: (path) => readFileSync(new URL(path, root), 'utf8'),
  };
}
