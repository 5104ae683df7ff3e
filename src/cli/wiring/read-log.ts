import { basename, dirname } from 'node:path';
import type { Adapters } from './adapters.ts';

/** Reads the log of this run in a readable form. @param path absolute */
export async function readLogText({ filesIn }: Pick<Adapters, 'filesIn'>, path: string): Promise<string> {
  // Loaded on first use: the schemas of the events take a sixth of the time until the first frame.
  const { logText } = await import('../../headless/log-text.ts');
  return logText(await filesIn(dirname(path)).read(basename(path)));
}
