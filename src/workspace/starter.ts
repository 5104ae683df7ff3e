import { relative, resolve } from 'node:path';
import type { Context } from './context.ts';

/** Returns the path of the user's starter schema, relative to the workspace. */
export function starterPath({ config, files }: Pick<Context, 'config' | 'files'>): string {
  return relative(files.root, resolve(files.root, config.starterSchema));
}

export async function starterIsThere(context: Context): Promise<boolean> {
  return (await context.files.inspect(starterPath(context))).type !== 'absent';
}
