import { basename, dirname } from 'node:path';
import type { Adapters } from './adapters.ts';

/** Reads the log of this run. @param path absolute */
export function readLog({ filesIn }: Pick<Adapters, 'filesIn'>, path: string): Promise<string> {
  return filesIn(dirname(path)).read(basename(path));
}
