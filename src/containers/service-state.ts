import { posix } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { compose } from '../argv/compose.ts';
import { docker } from '../argv/docker.ts';
import type { Service } from '../config/containers.ts';
import { ProblemError } from '../domain/problem.ts';
import { linesFrom } from './ask-docker.ts';
import { sectionsOf } from './compose/read-compose.ts';
import { type Container, containerNamed } from './container.ts';
import { composeRefuses, foreignContainer } from './container-problems.ts';
import { hasAllKeys } from './env.ts';
import { projectOf, type Stack } from './stack.ts';
import type { Tools } from './tools.ts';

/** A compose file, and whether this rollout is going to write it. */
export interface ComposeFile {
  readonly composeText: string;
  readonly willBeWritten: boolean;
}

/** The state of a service, compared with its compose file. */
export type ServiceState =
  | { readonly is: 'absent' }
  /** Created from another compose file, or with other secrets, than the current ones. */
  | { readonly is: 'outdated'; readonly container: Container }
  | { readonly is: 'stopped' | 'unhealthy' | 'starting' | 'healthy'; readonly container: Container };

/**
 * Returns the state of a service compared with a compose file that this rollout may be going to write. If neither that nor
 * `.env` changes anything about the service, it is compared with the file that is there.
 */
export async function stateFor(
  stack: Stack,
  tools: Tools,
  service: Service,
  { composeText, willBeWritten }: ComposeFile,
  signal: AbortSignal,
): Promise<ServiceState> {
  const stays = !willBeWritten || (await isUnchanged(stack, service, composeText));
  return stays ? serviceState(stack, tools, service, signal) : stateAfterRollout(stack, service, signal);
}

async function isUnchanged({ host, folder }: Stack, { key }: Service, composeText: string): Promise<boolean> {
  const path = posix.join(folder, 'docker-compose.yml');
  const { files } = host;
  if ((await files.inspect(path)).type !== 'file' || !(await hasAllKeys({ files, folder }))) return false;
  const [now, wanted] = [sectionsOf(await files.read(path)), sectionsOf(composeText)];
  return (
    now !== null &&
    isDeepStrictEqual(now.services[key], wanted?.services[key]) &&
    isDeepStrictEqual(now.networks, wanted?.networks)
  );
}

/** Returns the state of a service after this rollout has changed its compose file or `.env`. */
async function stateAfterRollout(stack: Stack, service: Service, signal: AbortSignal): Promise<ServiceState> {
  const container = await containerNamed(stack.host, service.name, signal);
  if (container === null) return { is: 'absent' };
  await assertOurs(stack, service, container, signal);
  return { is: 'outdated', container };
}

/**
 * Inspects the container of a service.
 * @throws ProblemError if a container of that name does not belong to this deployment, or Compose refuses the file
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
  const hash = await expectedHash(stack, tools, service, signal);
  if (container.labels['com.docker.compose.config-hash'] !== hash) return { is: 'outdated', container };
  if (container.status !== 'running') return { is: 'stopped', container };
  if (container.health === 'starting') return { is: 'starting', container };
  return { is: container.health === 'unhealthy' ? 'unhealthy' : 'healthy', container };
}

/** Checks the label in which Compose stores the folder that a container was started from. */
export async function assertOurs(stack: Stack, service: Service, container: Container, signal: AbortSignal) {
  // If the folder does not exist yet, no container was started from it.
  const exists = (await stack.host.files.inspect(stack.folder)).type === 'directory';
  const here = exists ? await folderOf(stack, signal) : stack.folder;
  const from = container.labels['com.docker.compose.project.working_dir'];
  if (from !== here) throw new ProblemError(foreignContainer(stack, service, here, from ?? null));
}

/** Returns the folder of the compose file, without links, as Compose stores it in its labels. */
export async function folderOf({ host, folder }: Stack, signal: AbortSignal): Promise<string> {
  const shown = await host.processes.run(['pwd', '-P'], folder, signal, undefined, { inspects: true });
  return shown.stdout.trim();
}

/** Returns the hash that Compose would store in the label of a new container. */
async function expectedHash(
  stack: Stack,
  tools: Tools,
  service: Service,
  signal: AbortSignal,
): Promise<string> {
  const argv = compose.configHashes(tools.compose, projectOf(stack));
  const answer = await stack.host.processes.run(argv, stack.folder, signal, undefined, { inspects: true });
  const line = answer.stdout.split('\n').find((one) => one.startsWith(`${service.key} `));
  if (answer.exitCode !== 0 || line === undefined)
    throw new ProblemError(composeRefuses(stack, argv, answer.stderr));
  return line.slice(service.key.length + 1).trim();
}

/** @throws ProblemError if the engine does not answer */
export async function imageIsHere(
  { host }: Pick<Stack, 'host'>,
  image: string,
  signal: AbortSignal,
): Promise<boolean> {
  const shown = await host.processes.run(docker.inspectImage(image), null, signal, undefined, {
    inspects: true,
  });
  if (shown.exitCode === 0) return true;
  // The list does not match every form of a name (digest, registry), but fails if the engine does not answer.
  return (await linesFrom(host, docker.imagesNamed(image), signal)).length > 0;
}
