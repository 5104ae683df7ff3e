import { docker } from '../argv/docker.ts';
import type { Service } from '../config/containers.ts';
import { ProblemError } from '../domain/problem.ts';
import { type Container, containerNamed } from './container.ts';
import { logReason, quotesRows } from './container-log.ts';
import { containerEnded, limitsDiffer, neverHealthy } from './container-problems.ts';
import type { Stack } from './stack.ts';

/** Seconds after which a container that is still starting counts as failed. */
const timeout = 180;
/** What follow-start.sh ends with if the check inside of the container succeeded. */
const ready = 3;
/** A container that restarts more often than this is expected to keep doing so: its restart policy has no limit. */
const restartsAllowed = 1;

/**
 * Waits until the engine reports that a service is healthy, and reports its log meanwhile. Returns null if it has no
 * container. The host itself waits, since each look from here would take a round trip.
 * @param goal `ready`: the command of its health check succeeds, which the engine runs for the first time after an interval
 * @throws ProblemError, with lines of the log, if it exits, keeps exiting, or does not become healthy
 */
export async function untilHealthy(
  stack: Stack,
  service: Service,
  signal: AbortSignal,
  onLine: (line: string) => void,
  goal: 'healthy' | 'ready' = 'healthy',
): Promise<Container | null> {
  const until = performance.now() + timeout * 1_000;
  let first: Container | undefined;
  let isReady = false;
  for (;;) {
    signal.throwIfAborted();
    const container = await containerNamed(stack.host, service.name, signal);
    if (container === null) return null;
    if (container.status === 'running' && (container.health === 'healthy' || isReady)) return container;
    // The engine's count includes restarts from before, whose cause may be fixed.
    if (first?.id !== container.id) first = container;
    const left = Math.ceil((until - performance.now()) / 1_000);
    const keepsEnding = container.restarts - first.restarts > restartsAllowed;
    await assertMayBecomeHealthy(stack, service, container, signal, { keepsEnding, late: left <= 0 });
    const check = goal === 'ready' ? container.healthTest : [];
    const follow = docker.followStart(container.id, first.restarts + restartsAllowed, left, check);
    const { exitCode } = await stack.host.processes.run(follow.argv, null, signal, withoutRows(onLine), {
      input: follow.input,
      streamed: true,
    });
    isReady = exitCode === ready;
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

/** Reports the lines of a log, without their times, but not those that quote rows. */
function withoutRows(onLine: (line: string) => void) {
  return (line: string): void => {
    if (line !== '' && !quotesRows(line)) onLine(line.replace(/^\S+Z /, ''));
  };
}

/** @throws ProblemError if the running container does not have the limits of the compose file */
export function assertLimits(stack: Stack, service: Service, container: Container): void {
  if (container.memory === service.memory && container.nanoCpus === service.nanoCpus) return;
  throw new ProblemError(limitsDiffer(stack, service, container));
}
