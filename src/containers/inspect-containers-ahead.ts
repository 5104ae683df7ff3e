import { compose } from '../argv/compose.ts';
import { type Container, containerNamed } from './container.ts';
import { networkIsThere } from './network.ts';
import { projectOf, type Stack } from './stack.ts';
import { toolsOf } from './tools.ts';

/**
 * Asks at once what the steps will inspect of both containers one after another. Each of them gets the answer that the host
 * keeps, or asks again if it was an error.
 * @returns the container of the database; null if it does not exist, or the engine does not answer
 */
export async function inspectContainersAhead(stack: Stack, signal: AbortSignal): Promise<Container | null> {
  const { host, folder, containers } = stack;
  const hashes = compose.configHashes('v2', projectOf(stack));
  const [database] = await Promise.allSettled([
    containerNamed(host, containers.database.name, signal),
    toolsOf(host, signal),
    host.processes.run(hashes, folder, signal, undefined, { inspects: true }),
    containerNamed(host, containers.api.name, signal),
    networkIsThere(stack, signal),
  ]);
  return database.status === 'fulfilled' ? database.value : null;
}
