import { parse } from 'yaml';
import * as z from 'zod';
import { docker } from '../argv/docker.ts';
import { linesFrom } from '../containers/ask-docker.ts';
import { composeAsset } from '../containers/compose-asset.ts';
import { inspected } from '../containers/container.ts';
import type { Stack } from '../containers/stack.ts';
import { answerIn } from '../domain/answer.ts';
import type { Problem } from '../domain/problem.ts';
import { productionStack } from '../targets/production.ts';
import type { Context } from '../workspace/context.ts';
import { nameTaken } from './problems.ts';

const portSchema = z.looseObject({ HostIp: z.string(), HostPort: z.string() });
const inspectSchema = z.looseObject({
  State: z.looseObject({ Status: z.string() }),
  NetworkSettings: z.looseObject({
    Ports: z.record(z.string(), z.array(portSchema).nullable()).nullish(),
    Networks: z.record(z.string(), z.looseObject({ IPAddress: z.string() })).nullish(),
  }),
});

/** The networks and ports of Traefik's container. */
export interface Traefik {
  readonly status: string;
  readonly networks: readonly string[];
  /** Its address in the network of the deployment; null if it is not in it. */
  readonly address: string | null;
  /** Ports of the production host that lead to it, other than on 127.0.0.1. */
  readonly publicPorts: readonly number[];
}

/**
 * Returns Traefik's container; null if there is none of this name.
 * @throws ProblemError if the engine does not answer
 */
export async function traefikNamed(
  { host, containers }: Pick<Stack, 'host' | 'containers'>,
  name: string,
  signal: AbortSignal,
): Promise<Traefik | null> {
  const json = await inspected(host, name, signal);
  if (json === null) return null;
  const [found] = z.array(inspectSchema).parse(answerIn(json));
  if (found === undefined) return null;
  const { Ports, Networks } = found.NetworkSettings;
  const address = Networks?.[containers.network]?.IPAddress ?? '';
  return {
    status: found.State.Status,
    networks: Object.keys(Networks ?? {}),
    address: address === '' ? null : address,
    publicPorts: [
      ...new Set(
        Object.values(Ports ?? {})
          .flatMap((bindings) => bindings ?? [])
          .filter(({ HostIp }) => !/^(127\.|::1$)/.test(HostIp))
          .map(({ HostPort }) => Number(HostPort)),
      ),
    ],
  };
}

/** A label that names something in Traefik, such as `router portfolio-erp-erp`; names are global to all containers. */
const named = /^traefik\.http\.(routers|services|middlewares)\.([^.]+)\./i;

function namesIn(labels: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  return new Set(
    Object.keys(labels).flatMap((label) => {
      const [, kind, name] = named.exec(label) ?? [];
      return kind === undefined || name === undefined ? [] : [`${kind.toLowerCase().slice(0, -1)} ${name}`];
    }),
  );
}

const composeSchema = z.looseObject({
  services: z.record(z.string(), z.looseObject({ labels: z.record(z.string(), z.unknown()).nullish() })),
});
const labelsSchema = z.record(z.string(), z.string()).nullable();

/**
 * Returns the problem if another container uses a name of the API's routes; null if none does.
 * @throws ProblemError if the engine does not answer
 */
export async function routeNamesTaken(
  { host, containers: { api } }: Pick<Stack, 'host' | 'containers'>,
  composeText: string,
  signal: AbortSignal,
): Promise<Problem | null> {
  const compose = composeSchema.safeParse(parse(composeText));
  const ours = namesIn(compose.data?.services[api.key]?.labels ?? {});
  const { argv, input } = docker.labels();
  const lines = await linesFrom(host, argv, signal, input);
  const taken = lines.flatMap((line) => takenIn(line, api.name, ours));
  return taken.length === 0 ? null : nameTaken(host, taken);
}

/** Returns the same for the labels in the compose file of the package. */
export async function namesTaken(context: Context): Promise<Problem | null> {
  const text = await context.assets.read(composeAsset);
  return routeNamesTaken(productionStack(context), text, context.signal);
}

/**
 * @param line the name of a container, with a slash before it, and its labels, both as JSON
 * @param own the name of the API's container
 */
function takenIn(line: string, own: string, ours: ReadonlySet<string>): readonly string[] {
  const [, name = '', json = ''] = /^"\/?(\S*)" (.*)$/.exec(line) ?? [];
  if (name === own) return [];
  const labels = labelsSchema.parse(answerIn(json)) ?? {};
  return [...namesIn(labels)].filter((one) => ours.has(one)).map((one) => `${name}: ${one}`);
}
