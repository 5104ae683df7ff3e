import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const texts = new Map<string, string>();

export function textOf(file: string): string {
  const text = texts.get(file) ?? readFileSync(file, 'utf8');
  texts.set(file, text);
  return text;
}

/**
 * Returns a file and all files of a folder that it imports directly or indirectly.
 * @param folder imports outside this folder are not followed
 */
export function importsOf(file: string, folder: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file) || relative(folder, file).startsWith('..')) return found;
  found.add(file);
  for (const [, path = ''] of textOf(file).matchAll(/^(?:import|export|\}).* from '(\.[^']+\.tsx?)'/gm))
    importsOf(join(dirname(file), path), folder, found);
  return found;
}
