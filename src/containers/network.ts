import * as z from 'zod';
import { docker } from '../argv/docker.ts';
import { answerIn } from '../domain/answer.ts';
import type { Host } from '../domain/ports/host.ts';
import { ProblemError } from '../domain/problem.ts';
import { askDocker, linesFrom } from './ask-docker.ts';
import { networkOfOtherKind } from './container-problems.ts';
import type { Stack } from './stack.ts';

const listedSchema = z.looseObject({ Name: z.string(), Driver: z.string() });
const networkSchema = z.looseObject({ Attachable: z.boolean() });

/**
 * Returns whether the network exists that the deployment shares with other containers: a bridge, or, in a swarm, an
 * overlay that containers may join.
 * @throws ProblemError if a network of that name is of another kind, or the engine does not answer
 */
export async function networkIsThere(
  { host, containers: { network } }: Pick<Stack, 'host' | 'containers'>,
  signal: AbortSignal,
): Promise<boolean> {
  const listed = await linesFrom(host, docker.networksNamed(network), signal);
  const found = listed.map((line) => listedSchema.parse(answerIn(line))).find(({ Name }) => Name === network);
  if (found === undefined) return false;
  const { Driver } = found;
  if (Driver === 'bridge') return true;
  if (Driver === 'overlay' && (await isAttachable(host, network, signal))) return true;
  const kind = Driver === 'overlay' ? 'overlay, only for services of a swarm' : Driver;
  throw new ProblemError(networkOfOtherKind({ host }, network, kind));
}

async function isAttachable(host: Host, network: string, signal: AbortSignal): Promise<boolean> {
  const shown = await askDocker(host, docker.inspectNetwork(network), signal);
  return networkSchema.parse(answerIn(shown.stdout)).Attachable;
}
