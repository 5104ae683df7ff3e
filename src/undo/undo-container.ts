import { compose } from '../argv/compose.ts';
import { docker } from '../argv/docker.ts';
import { servicesIn } from '../config/containers.ts';
import { linesFrom } from '../containers/ask-docker.ts';
import { containerNamed } from '../containers/container.ts';
import { requireTools } from '../containers/database-container.ts';
import { networkIsThere } from '../containers/network.ts';
import { command } from '../containers/service-changes.ts';
import { assertOurs } from '../containers/service-state.ts';
import { projectOf, type Stack } from '../containers/stack.ts';
import type { Context } from '../workspace/context.ts';
import { containersOn, type DoneMade, stays, type Undoing, undone } from './undoing.ts';

/** Returns the changes that stop and remove a container. Its data is in a folder of the host, and stays. */
export async function planServiceUndo(context: Context, { host, name }: DoneMade): Promise<Undoing> {
  const stack = containersOn(context, host);
  const service = stack === null ? undefined : servicesIn(stack.containers).find(({ key }) => key === name);
  if (stack === null || service === undefined)
    return stays(`container ${name}: the local test no longer runs on Docker`);
  const { signal } = context;
  const tools = await requireTools(stack, signal);
  const container = await containerNamed(stack.host, service.name, signal);
  if (container === null) return undone;
  await assertOurs(stack, service, container, signal);
  return {
    changes: [
      command(stack, compose.stop(tools.compose, projectOf(stack), service.key)),
      command(stack, compose.remove(tools.compose, projectOf(stack), service.key)),
    ],
    kept: null,
  };
}

/** Returns the change that removes a network of the rollout, unless another container, running or not, is on it. */
export async function planNetworkUndo(context: Context, { host, name }: DoneMade): Promise<Undoing> {
  const stack = containersOn(context, host);
  if (stack === null) return stays(`network ${name}: the local test no longer runs on Docker`);
  if (!(await networkIsThere(stack, context.signal))) return undone;
  const others = await othersOn(stack, name, context.signal);
  if (others.length > 0) return stays(`network ${name}: in use by ${others.join(', ')}`);
  return { changes: [command(stack, docker.removeNetwork(name))], kept: null };
}

async function othersOn(
  { host, containers }: Stack,
  network: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const listed = await linesFrom(host, docker.containersOn(network), signal);
  const ours: readonly string[] = servicesIn(containers).map(({ name }) => name);
  return listed.filter((name) => !ours.includes(name));
}
