import { docker } from '../argv/docker.ts';
import type { PlannedChange } from '../domain/change.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { BoxId } from '../domain/phase.ts';
import { type Problem, ProblemError } from '../domain/problem.ts';
import { DatabaseError, type Session } from '../domain/session.ts';
import { type Finding, type Look, missing, satisfied } from '../domain/step.ts';
import type { Container } from './container.ts';
import { logSince } from './container-log.ts';
import { networkIsThere } from './network.ts';
import { type ComposeFile, command, imageOf, serviceChanges } from './service-changes.ts';
import { type ServiceState, serviceState, stateToCome } from './service-state.ts';
import { networkName, type Service, type Stack, secretOf, services } from './stack.ts';
import { toolsOf } from './tools.ts';
import { assertLimits, untilHealthy } from './until-healthy.ts';

/** Which boxes a container's step proves. */
export interface ContainerBoxes {
  readonly started: BoxId;
  readonly running: BoxId;
  readonly log: BoxId;
  readonly networks: readonly BoxId[];
}

/** @throws ProblemError where the host cannot run containers */
export async function soundTools(stack: Stack, signal: AbortSignal) {
  const tools = await toolsOf(stack.host, signal);
  if ('code' in tools) throw new ProblemError(tools);
  return tools;
}

/** What is missing of the network and the container of the database; empty where nothing is. */
export async function databaseFindings(stack: Stack, signal: AbortSignal): Promise<readonly Finding[]> {
  const tools = await soundTools(stack, signal);
  const [network, state] = await Promise.all([
    networkIsThere(stack, signal),
    serviceState(stack, tools, services.database, signal),
  ]);
  return [
    ...(network ? [] : [{ what: `network ${networkName}`, wanted: 'a bridge', found: 'not there' }]),
    ...serviceFindings(services.database, state.is),
  ];
}

export function serviceFindings({ name }: Service, state: ServiceState['is']): readonly Finding[] {
  // One that runs and is not healthy is no change's business: waiting for it tells why.
  if (state === 'healthy' || state === 'starting' || state === 'unhealthy') return [];
  const found = {
    absent: 'no such container',
    outdated: 'made of another compose file or .env',
    stopped: 'not running',
  };
  return [{ what: `container ${name}`, wanted: 'running and healthy', found: found[state] }];
}

/**
 * The network where it is missing, and the container as the compose file says.
 * @throws ProblemError where one that would be replaced has another password than the `.env`: its data/ would have it
 * afterwards, too
 */
export async function databaseChanges(
  stack: Stack,
  { composeText, toCome }: ComposeFile,
  signal: AbortSignal,
): Promise<readonly PlannedChange[] | Problem> {
  const tools = await soundTools(stack, signal);
  const state = toCome
    ? await stateToCome(stack, services.database, signal)
    : await serviceState(stack, tools, services.database, signal);
  if (state.is === 'outdated') await assertSamePassword(stack, state.container);
  const image = imageOf(composeText, services.database) ?? services.database.name;
  const up = await serviceChanges(stack, tools, services.database, state, image, signal);
  if ('code' in up) return up;
  const network = (await networkIsThere(stack, signal))
    ? []
    : [command(stack, docker.createNetwork(networkName), { undo: { type: 'network', name: networkName } })];
  return [...network, ...up];
}

/** Another `.env` makes a container outdated, and as long as that runs, it can tell whether the password fits. */
async function assertSamePassword(stack: Stack, { status }: Container): Promise<void> {
  if (status !== 'running' || (await secretOf(stack, 'POSTGRES_PASSWORD')) === null) return;
  try {
    await stack.database.session();
  } catch (error) {
    // Whatever else keeps it from answering, replacing it may mend that.
    if (!(error instanceof DatabaseError)) throw error;
  }
}

/** Waits for the container, holds it against its limits, and logs in. */
export async function lookAtDatabase(
  stack: Stack,
  boxes: ContainerBoxes,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<Look> {
  const container = await untilHealthy(stack, services.database, signal, onLine);
  if (container === null) return missing(...serviceFindings(services.database, 'absent'));
  assertLimits(stack, services.database, container);
  const session = await stack.database.session();
  const [row] = await session.query("select current_setting('server_version') as version");
  const version = String(row?.version);
  return satisfied(
    `PostgreSQL ${version} in ${services.database.name}, healthy`,
    await evidenceOf(stack, boxes, container, { version, way: session.way }, signal),
  );
}

async function evidenceOf(
  stack: Stack,
  boxes: ContainerBoxes,
  container: Container,
  { version, way }: { readonly version: string; readonly way: Session['way'] | undefined },
  signal: AbortSignal,
): Promise<readonly Evidence[]> {
  const { target } = stack;
  const log = await logSince(stack.host, container.id, container.startedAt, signal);
  const ready = log.some((line) => line.includes('database system is ready to accept connections'));
  return [
    {
      box: boxes.started,
      target,
      summary: `${services.database.name} runs ${container.image}, PostgreSQL ${version} answers a log-in over TCP${wayWords(way)}`,
      facts: {
        image: container.image,
        version,
        memory: container.memory,
        nanoCpus: container.nanoCpus,
        ...(way === undefined ? {} : { way }),
      },
    },
    { box: boxes.running, target, summary: `${container.status}, ${container.health ?? 'no health check'}` },
    ...boxes.networks.map((box) => ({ box, target, summary: `on ${container.networks.join(', ')}` })),
    ...(ready ? [{ box: boxes.log, target, summary: 'its log says: ready to accept connections' }] : []),
  ];
}

function wayWords(way: Session['way'] | undefined): string {
  if (way === undefined) return '';
  return way === 'tunnel' ? ', through the tunnel' : ', through docker exec (the server forbids forwarding)';
}
