import { roomOf } from '../argv/room.ts';
import type { Target } from '../targets/target.ts';
import { roomIn } from './room.ts';

/**
 * Returns the free bytes of the disk that contains a target's database; null if it cannot be measured. A server that
 * others run does not report it.
 */
export async function freeDiskOf({ stack }: Target, signal: AbortSignal): Promise<number | null> {
  if (stack === null) return null;
  const { argv, input } = roomOf(stack.host.files.root);
  const { exitCode, stdout } = await stack.host.processes.run(argv, null, signal, undefined, { input });
  return exitCode === 0 ? roomIn(stdout).folder.free : null;
}
