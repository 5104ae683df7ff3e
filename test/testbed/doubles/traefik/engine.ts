import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { bodyOf } from '../parts/body.ts';

const networkSchema = z.object({
  IPAddress: z.string().default(''),
  GlobalIPv6Address: z.string().default(''),
});

/** The parts of a container that Traefik reads (GET /containers/{id}/json of the Docker engine's API). */
const containerSchema = z.object({
  Id: z.string(),
  Name: z.string(),
  State: z.object({ Running: z.boolean(), Health: z.object({ Status: z.string() }).nullish() }),
  HostConfig: z.object({ NetworkMode: z.string() }),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }),
  NetworkSettings: z.object({
    Networks: z.record(z.string(), networkSchema).nullish(),
    Ports: z.record(z.string(), z.unknown()).nullish(),
  }),
});
export type Container = z.infer<typeof containerSchema>;

/** A Docker engine, accessed through its socket. */
export interface Engine {
  /** Returns all present containers, running or not, without those that are removed meanwhile. */
  containers(): Promise<readonly Container[]>;
  /** Yields the actions of containers, such as `start` and `health_status: healthy`, until the engine ends. */
  events(signal: AbortSignal): Promise<AsyncIterable<string>>;
}

export function engineAt(socketPath: string): Engine {
  const read = async (path: string) => {
    const answer = await get(socketPath, path);
    const body = await bodyOf(answer);
    if (answer.statusCode !== 200) throw new Error(`Error response from daemon: ${body}`);
    const parsed: unknown = JSON.parse(body);
    return parsed;
  };
  return {
    containers: async () => {
      const listed = z.array(z.object({ Id: z.string() })).parse(await read('/containers/json?all=1'));
      const found = await Promise.allSettled(listed.map(({ Id }) => read(`/containers/${Id}/json`)));
      return found.flatMap((one) => (one.status === 'fulfilled' ? [containerSchema.parse(one.value)] : []));
    },
    events: async (signal) => {
      const filters = encodeURIComponent(JSON.stringify({ type: ['container'] }));
      return actions(await get(socketPath, `/events?filters=${filters}`, signal));
    },
  };
}

async function* actions(answer: IncomingMessage): AsyncGenerator<string> {
  const eventSchema = z.object({ Action: z.string() });
  for await (const line of createInterface({ input: answer }))
    yield eventSchema.parse(JSON.parse(line)).Action;
}

function get(socketPath: string, path: string, signal?: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { socketPath, path, headers: { Host: 'docker' }, ...(signal && { signal }) },
      resolve,
    );
    asked.on('error', reject);
    asked.end();
  });
}
