import * as z from 'zod';
import { docker } from '../argv/docker.ts';
import type { Service } from '../config/containers.ts';
import { answerIn } from '../domain/answer.ts';
import type { Host } from '../domain/ports/host.ts';
import { linesFrom } from './ask-docker.ts';
import type { Stack } from './stack.ts';

const listedSchema = z.looseObject({ Names: z.string() });

/** Returns what else uses the port that a service publishes, as text; null if nothing does. */
export async function occupantOf(
  { host }: Pick<Stack, 'host'>,
  { name, port }: Service,
  signal: AbortSignal,
): Promise<string | null> {
  let container = await publisherOf(host, port, signal);
  if (container === null) {
    if (!(await host.listens(port))) return null;
    // The engine may have started one since, as after a reboot.
    host.forget?.();
    container = await publisherOf(host, port, signal);
  }
  // A container that keeps restarting does not always hold its own port.
  if (container !== null) return container === name ? null : `the container ${container}`;
  // ss(8) names a process only to its owner and to root.
  const sockets = await host.processes.run(['ss', '-Hltnp', `sport = :${port}`], null, signal);
  const named = /users:\(\("([^"]+)",pid=(\d+)/.exec(sockets.stdout);
  return named === null ? 'a program of another user' : `${named[1]} (process ${named[2]})`;
}

/** Returns the name of a container that publishes a port; null if none does. */
async function publisherOf(host: Host, port: number, signal: AbortSignal): Promise<string | null> {
  const [line] = await linesFrom(host, docker.publishing(port), signal);
  return line === undefined ? null : listedSchema.parse(answerIn(line)).Names;
}
