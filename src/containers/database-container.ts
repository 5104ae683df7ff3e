import { docker } from '../argv/docker.ts';
import { evidenceFor } from '../checklist/items.ts';
import type { Service } from '../config/containers.ts';
import type { PlannedChange } from '../domain/change.ts';
import type { Evidence, Item } from '../domain/evidence.ts';
import { type Problem, ProblemError } from '../domain/problem.ts';
import { DatabaseError, type Session } from '../domain/session.ts';
import { type CheckResult, type Finding, missing, satisfied } from '../domain/step.ts';
import { inspectDatabaseAhead } from '../schema/inspect-database-ahead.ts';
import { serverFacts } from '../schema/server-facts.ts';
import type { ContainerTarget } from '../targets/target.ts';
import { collationChanges, outdatedCollations } from './collations.ts';
import type { Container } from './container.ts';
import { logSince } from './container-log.ts';
import { extensionChanges, outdatedExtension } from './extensions.ts';
import { digestOf, type Image, imageOn, imageRecord } from './image.ts';
import { restartOf } from './image-change.ts';
import { networkIsThere } from './network.ts';
import { command, imageOf, serviceChanges } from './service-changes.ts';
import { type ComposeFile, type ServiceState, serviceState, stateFor } from './service-state.ts';
import { type Stack, secretOf } from './stack.ts';
import { toolsOf } from './tools.ts';
import { assertLimits, untilHealthy } from './until-healthy.ts';

/** The checklist items about the database's container. */
export interface DatabaseItems {
  readonly started?: Item;
  readonly running?: Item;
  readonly log?: Item;
  readonly networks?: readonly Item[];
}

/** Returns the engine and Compose of a host. @throws ProblemError if it cannot run containers */
export async function requireTools(stack: Stack, signal: AbortSignal) {
  const tools = await toolsOf(stack.host, signal);
  if ('code' in tools) throw new ProblemError(tools);
  return tools;
}

/** Returns what is missing of the network and the database's container. */
export async function databaseFindings(stack: Stack, signal: AbortSignal): Promise<readonly Finding[]> {
  const tools = await requireTools(stack, signal);
  const [network, state] = await Promise.all([
    networkIsThere(stack, signal),
    serviceState(stack, tools, stack.containers.database, signal),
  ]);
  return [
    ...(network
      ? []
      : [{ what: `network ${stack.containers.network}`, expected: 'a bridge', actual: 'missing' }]),
    ...serviceFindings(stack.containers.database, state.is),
  ];
}

export function serviceFindings({ name }: Service, state: ServiceState['is']): readonly Finding[] {
  // No change would fix a container that runs and is not healthy; waiting for it reports the reason.
  if (state === 'healthy' || state === 'starting' || state === 'unhealthy') return [];
  const found = {
    absent: 'no such container',
    outdated: 'created from another compose file or .env',
    stopped: 'not running',
  };
  return [{ what: `container ${name}`, expected: 'running and healthy', actual: found[state] }];
}

/**
 * Returns what creates the network, if it is missing, and brings the container up as the compose file says.
 * @throws ProblemError if the container to be replaced has another password than the `.env`: `data/` would keep it
 */
export async function databaseChanges(
  target: ContainerTarget,
  file: ComposeFile,
  makeDump: () => Promise<PlannedChange | Problem>,
  signal: AbortSignal,
): Promise<readonly PlannedChange[] | Problem> {
  const { stack } = target;
  const tools = await requireTools(stack, signal);
  const state = await stateFor(stack, tools, stack.containers.database, file, signal);
  if (state.is === 'outdated') await assertSamePassword(target, state.container);
  const image = imageOf(file.composeText, stack.containers.database);
  const restart = await restartOf(target, state, image, makeDump, signal);
  if (restart !== null && 'code' in restart) return restart;
  const up = await serviceChanges(stack, tools, stack.containers.database, state, image, signal, restart);
  if ('code' in up) return up;
  const network = (await networkIsThere(stack, signal))
    ? []
    : [
        command(stack, docker.createNetwork(stack.containers.network), {
          undo: { type: 'network', name: stack.containers.network },
        }),
      ];
  return [
    ...network,
    ...up,
    ...(await collationChanges(target, state)),
    ...(await extensionChanges(target, state)),
  ];
}

/** A changed `.env` makes a container outdated; as long as it runs, a login shows whether the password is the same. */
async function assertSamePassword(
  { stack, database }: ContainerTarget,
  { status }: Container,
): Promise<void> {
  if (status !== 'running' || (await secretOf(stack, 'POSTGRES_PASSWORD')) === null) return;
  try {
    await database.session();
  } catch (error) {
    // Replacing the container may fix any other reason.
    if (!(error instanceof DatabaseError)) throw error;
  }
}

/**
 * Waits until the container is ready, checks its limits, and logs in.
 * @param afterChange whether the step has made its changes
 */
export async function inspectDatabase(
  target: ContainerTarget<DatabaseItems>,
  signal: AbortSignal,
  onLine: (line: string) => void,
  afterChange: boolean,
): Promise<CheckResult> {
  const { stack, database } = target;
  const container = await untilHealthy(stack, stack.containers.database, signal, onLine, 'ready');
  if (container === null) return missing(...serviceFindings(stack.containers.database, 'absent'));
  assertLimits(stack, stack.containers.database, container);
  void inspectDatabaseAhead(target, signal);
  const [log, session, { version, collations, extension }, image] = await Promise.all([
    logSince(stack.host, container.id, container.startedAt, signal, true),
    database.session(),
    serverFacts(database),
    imageOn(stack, container.imageId, signal),
  ]);
  if (collations !== null) return outdatedCollations(stack, collations, afterChange);
  // After another image, its older objects still work: the next look offers to update them.
  if (extension !== null && !afterChange) return missing(outdatedExtension(extension));
  const isReady = log.some((line) => line.includes('database system is ready to accept connections'));
  return satisfied(
    `PostgreSQL ${version} in ${stack.containers.database.name}, healthy`,
    evidenceOf(target, container, { version, way: session.way, isReady, image }),
  );
}

function evidenceOf(
  { stack, database: { target }, items }: ContainerTarget<DatabaseItems>,
  container: Container,
  {
    version,
    way,
    isReady,
    image,
  }: {
    readonly version: string;
    readonly way: Session['way'] | undefined;
    readonly isReady: boolean;
    readonly image: Image | null;
  },
): readonly Evidence[] {
  const digest = image === null ? null : digestOf(image);
  return [
    evidenceFor(items.started, {
      target,
      summary: `${stack.containers.database.name} runs ${imageRecord(container.image, image)}, PostgreSQL ${version} answers a login over TCP${connectionText(way)}`,
      facts: {
        image: container.image,
        imageId: container.imageId,
        ...(digest === null ? {} : { digest }),
        version,
        memory: container.memory,
        nanoCpus: container.nanoCpus,
        ...(way === undefined ? {} : { way }),
      },
    }),
    evidenceFor(items.running, {
      target,
      summary: `${container.status}, its health check succeeds`,
    }),
    ...(items.networks ?? []).map((item) =>
      evidenceFor(item, { target, summary: `on ${container.networks.join(', ')}` }),
    ),
    ...(isReady
      ? [evidenceFor(items.log, { target, summary: 'its log contains: ready to accept connections' })]
      : []),
  ];
}

function connectionText(way: Session['way'] | undefined): string {
  if (way === undefined) return '';
  return way === 'forwarding'
    ? ', through SSH forwarding'
    : ', through docker exec (the server forbids forwarding)';
}
