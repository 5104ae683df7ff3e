import { compose } from '../argv/compose.ts';
import { docker } from '../argv/docker.ts';
import { ProblemError } from '../domain/problem.ts';
import { linesFrom } from './ask-engine.ts';
import { type Container, containerNamed } from './container.ts';
import { composeRefuses, foreignContainer } from './container-problems.ts';
import type { Service, Stack } from './stack.ts';
import type { Tools } from './tools.ts';

/** How a service of the stack stands against its compose file. */
export type ServiceState =
  | { readonly is: 'absent' }
  /** Made of another compose file (or other secrets) than the one that lies there now. */
  | { readonly is: 'outdated'; readonly container: Container }
  | { readonly is: 'stopped' | 'unhealthy' | 'starting' | 'healthy'; readonly container: Container };

/** How a service will stand once its compose file or `.env`, which this very roll-out changes, is changed. */
export async function stateToCome(
  stack: Stack,
  service: Service,
  signal: AbortSignal,
): Promise<ServiceState> {
  const container = await containerNamed(stack.host, service.name, signal);
  if (container === null) return { is: 'absent' };
  await assertOurs(stack, service, container, signal);
  return { is: 'outdated', container };
}

/**
 * Looks at a service's container.
 * @throws ProblemError where a container of that name is not this stack's, or Compose refuses the file
 */
export async function serviceState(
  stack: Stack,
  tools: Tools,
  service: Service,
  signal: AbortSignal,
): Promise<ServiceState> {
  const container = await containerNamed(stack.host, service.name, signal);
  if (container === null) return { is: 'absent' };
  await assertOurs(stack, service, container, signal);
  const hash = await wantedHash(stack, tools, service, signal);
  if (container.labels['com.docker.compose.config-hash'] !== hash) return { is: 'outdated', container };
  if (container.status !== 'running') return { is: 'stopped', container };
  if (container.health === 'starting') return { is: 'starting', container };
  return { is: container.health === 'unhealthy' ? 'unhealthy' : 'healthy', container };
}

/** Compose writes into each container's labels the folder that it was started from. */
export async function assertOurs(stack: Stack, service: Service, container: Container, signal: AbortSignal) {
  // Where the folder is not made yet, no container can have come from it.
  const there = (await stack.host.files.look(stack.folder)).type === 'directory';
  const here = there
    ? (await stack.host.processes.run(['pwd', '-P'], stack.folder, signal)).stdout.trim()
    : stack.folder;
  const from = container.labels['com.docker.compose.project.working_dir'];
  if (from !== here) throw new ProblemError(foreignContainer(stack, service, here, from ?? null));
}

/** What Compose would write into the label of a container that it made now. */
async function wantedHash(
  stack: Stack,
  tools: Tools,
  service: Service,
  signal: AbortSignal,
): Promise<string> {
  const argv = compose.configHash(tools.compose, service.name);
  const answer = await stack.host.processes.run(argv, stack.folder, signal);
  const line = answer.stdout.split('\n').find((one) => one.startsWith(`${service.name} `));
  if (answer.exitCode !== 0 || line === undefined)
    throw new ProblemError(composeRefuses(stack, argv, answer.stderr));
  return line.slice(service.name.length + 1).trim();
}

/** @throws ProblemError where the engine does not say */
export async function imageIsHere(
  { host }: Pick<Stack, 'host'>,
  image: string,
  signal: AbortSignal,
): Promise<boolean> {
  const shown = await host.processes.run(docker.inspectImage(image), null, signal);
  if (shown.exitCode === 0) return true;
  // The list does not know every way to write a name (a digest, a registry), but whether the engine answers.
  return (await linesFrom(host, docker.imagesNamed(image), signal)).length > 0;
}
