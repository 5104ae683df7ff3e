import { docker } from '../argv/docker.ts';
import { pause } from '../domain/pause.ts';
import { ProblemError } from '../domain/problem.ts';
import { type Container, containerNamed } from './container.ts';
import { logReason, logSince } from './container-log.ts';
import { containerEnded, limitsDiffer, neverHealthy } from './container-problems.ts';
import type { Service, Stack } from './stack.ts';

/** Milliseconds between two checks: each starts three programs on the host, and the health check runs every 3 s. */
const pollInterval = 1_000;
/** Milliseconds after which a container that is still starting counts as failed. */
const timeout = 180_000;
/** A container that restarts more often than this is expected to keep doing so: its restart policy has no limit. */
const restartsAllowed = 1;

/**
 * Waits until a service is healthy, and reports its log meanwhile. Returns null if it has no container.
 * @throws ProblemError, with lines of the log, if it exits, keeps exiting, or does not become healthy
 */
export async function untilHealthy(
  stack: Stack,
  service: Service,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<Container | null> {
  const until = performance.now() + timeout;
  const follow = logFollower(stack, signal, onLine);
  let first: Container | undefined;
  for (;;) {
    signal.throwIfAborted();
    const container = await containerNamed(stack.host, service.name, signal);
    if (container === null) return null;
    await follow(container);
    if (container.status === 'running' && container.health === 'healthy') return container;
    // The engine's count includes restarts from before, whose cause may be fixed.
    if (first?.id !== container.id) first = container;
    const keepsEnding = container.restarts - first.restarts > restartsAllowed;
    await assertMayBecomeHealthy(stack, service, container, signal, {
      keepsEnding,
      late: performance.now() > until,
    });
    await pause(pollInterval, signal);
    stack.host.forget?.();
  }
}

async function assertMayBecomeHealthy(
  stack: Stack,
  service: Service,
  container: Container,
  signal: AbortSignal,
  { keepsEnding, late }: { readonly keepsEnding: boolean; readonly late: boolean },
): Promise<void> {
  const { status, restarts, health } = container;
  const ended = status === 'exited' || status === 'dead' || keepsEnding;
  const cannotBecomeHealthy = health === 'unhealthy' || health === null || late;
  if (!ended && !cannotBecomeHealthy) return;
  const outOfMemory = await ranOutOfMemory(stack, container, signal);
  const reason = await logReason(stack.host, container.id, signal);
  // On a slow machine the health check can fail while the container is still restarting.
  const problem =
    ended || outOfMemory || restarts > 0
      ? containerEnded(stack, service, { ...container, outOfMemory }, reason)
      : neverHealthy(stack, service, container, reason);
  throw new ProblemError(problem);
}

/** The flag of a container is reset when its restart policy starts it again; the engine's events stay. */
async function ranOutOfMemory({ host }: Stack, container: Container, signal: AbortSignal): Promise<boolean> {
  if (container.outOfMemory) return true;
  return (await host.processes.run(docker.outOfMemory(container.id), null, signal)).stdout !== '';
}

/** Returns a function that reports the lines of the log that are new. */
function logFollower({ host }: Stack, signal: AbortSignal, onLine: (line: string) => void) {
  let reported = 0;
  return async ({ id, startedAt }: Container): Promise<void> => {
    // The engine has not started it yet.
    if (startedAt.startsWith('0001')) return;
    const lines = await logSince(host, id, startedAt, signal, true);
    for (const line of lines.slice(reported)) onLine(line.replace(/^\S+Z /, ''));
    reported = Math.max(reported, lines.length);
  };
}

/** @throws ProblemError if the running container does not have the limits of the compose file */
export function assertLimits(stack: Stack, service: Service, container: Container): void {
  if (container.memory === service.memory && container.nanoCpus === service.nanoCpus) return;
  throw new ProblemError(limitsDiffer(stack, service, container));
}
