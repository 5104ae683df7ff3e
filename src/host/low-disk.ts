import { roomOf } from '../argv/room.ts';
import type { Alarm } from '../domain/alarm.ts';
import { exitCodes } from '../domain/problem.ts';
import type { Production } from '../targets/target.ts';
import { roomIn } from './room.ts';

/** Free bytes below which a disk is low: what images and a dump of a small database need. */
const low = 1_000_000_000;
/** Free bytes above which a low disk is no longer low: higher, so that a disk at the limit is not reported each time. */
const enough = 1_250_000_000;

/**
 * Returns an alarm for each low disk of a production host: of the database, and of the engine's images. Empty for a
 * server of a database URL, which does not report it, and if no engine answers, which other checks report.
 * @param isKnown whether an alarm of this key was raised before
 */
export async function lowDisks(
  { stack }: Production,
  isKnown: (key: string) => boolean,
  signal: AbortSignal,
): Promise<readonly Alarm[]> {
  if (stack === null) return [];
  const { argv, input } = roomOf(stack.host.files.root);
  const { exitCode, stdout } = await stack.host.processes.run(argv, null, signal, undefined, { input });
  if (exitCode !== 0) return [];
  const { folder, engine } = roomIn(stdout);
  const disks = folder.mount === engine.mount ? [folder] : [folder, engine];
  return disks.flatMap(({ mount, free }) => {
    const key = `disk ${mount}`;
    if (free >= (isKnown(key) ? enough : low)) return [];
    const text = `the disk at ${mount} of ${stack.host.name} is low: ${Math.round(free / 1e6)} MB free`;
    return [{ key, text, exit: exitCodes.prerequisite }];
  });
}
