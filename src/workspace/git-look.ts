import { git } from '../argv/git.ts';
import type { Context } from './context.ts';

/** Whether the workspace is in a git work tree; false if git is not installed, or the folder does not exist yet. */
export async function inWorkTree(context: Context): Promise<boolean> {
  if ((await context.files.inspect('.')).type !== 'directory') return false;
  return succeeds(context, git.isWorkTree());
}

export async function isIgnored(context: Context, path: string): Promise<boolean> {
  return succeeds(context, git.isIgnored(path));
}

export async function isTracked(context: Context, path: string): Promise<boolean> {
  return (await inWorkTree(context)) && (await succeeds(context, git.isTracked(path)));
}

async function succeeds(context: Context, argv: readonly [string, ...string[]]): Promise<boolean> {
  const { exitCode } = await context.processes.run(argv, '.', context.signal, undefined, { inspects: true });
  return exitCode === 0;
}
