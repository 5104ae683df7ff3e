import { docker } from '../argv/docker.ts';
import { pause } from '../domain/pause.ts';
import { ProblemError } from '../domain/problem.ts';
import { type Container, containerNamed } from './container.ts';
import { logReason, logSince } from './container-log.ts';
import { containerEnded, limitsDiffer, neverHealthy } from './container-problems.ts';
import type { Service, Stack } from './stack.ts';

/** Milliseconds between two looks: each starts three programs there, and health is asked for every 3 s. */
const pace = 1_000;
/** Milliseconds after which a container that is still starting counts as one that never will be healthy. */
const patience = 180_000;
/** A container that ended this often while it was waited for ends again: its restart policy would go on for ever. */
const restartsAllowed = 1;

/**
 * Waits for a service that was just started, and tells its log meanwhile; null where it has no container.
 * @throws ProblemError where it ends, keeps ending, or does not become healthy: with the log's own reason
 */
export async function untilHealthy(
  stack: Stack,
  service: Service,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<Container | null> {
  const until = performance.now() + patience;
  const follow = logFollower(stack, signal, onLine);
  let first: Container | undefined;
  for (;;) {
    signal.throwIfAborted();
    const container = await containerNamed(stack.host, service.name, signal);
    if (container === null) return null;
    await follow(container);
    if (container.status === 'running' && container.health === 'healthy') return container;
    // The engine counts on from before, when somebody may have mended what ended it.
    if (first?.id !== container.id) first = container;
    const keepsEnding = container.restarts - first.restarts > restartsAllowed;
    await assertHopeful(stack, service, container, signal, { keepsEnding, late: performance.now() > until });
    await pause(pace, signal);
  }
}

async function assertHopeful(
  stack: Stack,
  service: Service,
  container: Container,
  signal: AbortSignal,
  { keepsEnding, late }: { readonly keepsEnding: boolean; readonly late: boolean },
): Promise<void> {
  const { status, restarts, health } = container;
  const ended = status === 'exited' || status === 'dead' || keepsEnding;
  const hopeless = health === 'unhealthy' || health === null || late;
  if (!ended && !hopeless) return;
  const outOfMemory = await ranOutOfMemory(stack, container, signal);
  const reason = await logReason(stack.host, container.id, signal);
  // On a slow machine the health check gives up while the container is still ending and being started again.
  const problem =
    ended || outOfMemory || restarts > 0
      ? containerEnded(stack, service, { ...container, outOfMemory }, reason)
      : neverHealthy(stack, service, container, reason);
  throw new ProblemError(problem);
}

/** The container's own flag is gone once its restart policy has started it again; the engine's events stay. */
async function ranOutOfMemory({ host }: Stack, container: Container, signal: AbortSignal): Promise<boolean> {
  if (container.outOfMemory) return true;
  return (await host.processes.run(docker.outOfMemory(container.id), null, signal)).stdout !== '';
}

/** Tells the lines of the log that were not told yet. */
function logFollower({ host }: Stack, signal: AbortSignal, onLine: (line: string) => void) {
  let told = 0;
  return async ({ id, startedAt }: Container): Promise<void> => {
    // The engine has not started it yet.
    if (startedAt.startsWith('0001')) return;
    const lines = await logSince(host, id, startedAt, signal);
    for (const line of lines.slice(told)) onLine(line.replace(/^\S+Z /, ''));
    told = Math.max(told, lines.length);
  };
}

/** @throws ProblemError where the running container is not held to what the compose file says */
export function assertLimits(stack: Stack, service: Service, container: Container): void {
  if (container.memory === service.memory && container.nanoCpus === service.nanoCpus) return;
  throw new ProblemError(limitsDiffer(stack, service, container));
}
