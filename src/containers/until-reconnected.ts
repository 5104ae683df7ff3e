import { pause } from '../domain/pause.ts';
import { ProblemError } from '../domain/problem.ts';
import { type Container, containerNamed } from './container.ts';
import type { Stack } from './stack.ts';
import { untilHealthy } from './until-healthy.ts';

/** Milliseconds between two checks. PostgREST waits up to 32 s before it connects again, and reports unhealthy until then. */
const pollInterval = 2_000;
const mostChecks = 45;

/**
 * Waits until the API is ready. If the database was started after the API, by a restart for example, the API has lost its
 * connections, and is given time to connect again.
 * @throws ProblemError if it does not become healthy
 */
export async function untilReconnected(
  stack: Stack,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<Container | null> {
  for (let left = mostChecks; ; left--) {
    try {
      return await untilHealthy(stack, stack.containers.api, signal, onLine, 'ready');
    } catch (error) {
      const isUnhealthy = error instanceof ProblemError && error.problems[0].code === 'ERP-0622';
      if (!isUnhealthy || left === 0 || !(await hasLostItsDatabase(stack, signal))) throw error;
    }
    await pause(pollInterval, signal);
    stack.host.forget?.();
  }
}

async function hasLostItsDatabase({ host, containers }: Stack, signal: AbortSignal): Promise<boolean> {
  const [database, api] = await Promise.all([
    containerNamed(host, containers.database.name, signal),
    containerNamed(host, containers.api.name, signal),
  ]);
  if (database === null || api === null) return false;
  return Date.parse(database.startedAt) > Date.parse(api.startedAt);
}
