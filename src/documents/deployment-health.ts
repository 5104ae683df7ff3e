import { containerNamed } from '../containers/container.ts';
import { type Service, services } from '../containers/stack.ts';
import type { Evidence, OpenBox } from '../domain/evidence.ts';
import type { Need } from '../domain/step.ts';
import { productionOf, productionStack } from '../targets/production.ts';
import type { Context } from '../workspace/context.ts';

/** PostgREST runs on the droplet; a person who leaves 3.5 out decides for the deployment without it, as a URL does. */
export const apiHealthy: Need<Context> = {
  step: '3.5',
  what: `${services.api.name} healthy on the droplet`,
  holds: async (context) =>
    productionOf(context).stack === null ||
    !context.selected.has('3.5') ||
    (await healthOf(context, services.api)) === 'healthy',
};

async function healthOf(context: Context, { name }: Service): Promise<string> {
  const { host } = productionStack(context);
  const container = await containerNamed(host, name, context.signal);
  if (container === null) return 'no such container';
  return container.status === 'running' ? (container.health ?? 'no health check') : container.status;
}

export function healthWords(boxes: readonly (Evidence | OpenBox)[]): string {
  return boxes.every((one) => 'target' in one) ? 'both containers healthy' : 'not every container is healthy';
}

const reason = 'speaks of a container, and production is a database URL: a server that others run';
const noContainers: readonly OpenBox[] = [
  { box: '3.7#1', reason },
  { box: '3.7#2', reason },
  { box: '3.7#3', reason: 'speaks of the network of the containers, and production is a database URL' },
];

/** The boxes of both containers: proven where healthy, else open with what was seen. */
export async function healthBoxes(context: Context): Promise<readonly (Evidence | OpenBox)[]> {
  if (productionOf(context).stack === null) return noContainers;
  const boxes = [
    ['3.7#1', services.database],
    ['3.7#2', services.api],
  ] as const;
  return Promise.all(
    boxes.map(async ([box, service]): Promise<Evidence | OpenBox> => {
      const health = await healthOf(context, service);
      return health === 'healthy'
        ? { box, target: 'production', summary: `${service.name} running, healthy` }
        : { box, reason: `${service.name}: ${health}` };
    }),
  );
}
