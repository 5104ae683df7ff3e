import * as z from 'zod';
import { docker } from '../argv/docker.ts';
import type { Service } from '../config/containers.ts';
import { answerIn } from '../domain/answer.ts';
import { linesFrom } from './ask-engine.ts';
import type { Stack } from './stack.ts';

const listedSchema = z.looseObject({ Names: z.string() });

/** Returns what else uses the port that a service publishes, as text; null if nothing does. */
export async function occupantOf(
  { host }: Pick<Stack, 'host'>,
  { name, port }: Service,
  signal: AbortSignal,
): Promise<string | null> {
  const [line] = await linesFrom(host, docker.publishing(port), signal);
  if (line !== undefined) {
    const { Names } = listedSchema.parse(answerIn(line));
    // A container that keeps restarting does not always hold its own port.
    return Names === name ? null : `the container ${Names}`;
  }
  if (!(await host.listens(port))) return null;
  // ss(8) names a process only to its owner and to root.
  const sockets = await host.processes.run(['ss', '-Hltnp', `sport = :${port}`], null, signal);
  const named = /users:\(\("([^"]+)",pid=(\d+)/.exec(sockets.stdout);
  return named === null ? 'a program of another user' : `${named[1]} (process ${named[2]})`;
}
