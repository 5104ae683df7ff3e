import type { Service } from '../config/containers.ts';
import { containerNamed } from '../containers/container.ts';
import { untilHealthy } from '../containers/until-healthy.ts';
import type { Evidence, Item, OpenItem } from '../domain/evidence.ts';
import type { Need } from '../domain/step.ts';
import { productionOf, productionStack } from '../targets/production.ts';
import type { Context } from '../workspace/context.ts';

/** PostgREST is healthy on the production host. Holds without PostgREST if the operator skips 3.5, and for a database URL. */
export const apiHealthy: Need<Context> = {
  step: '3.5',
  what: 'PostgREST healthy on the production host',
  holds: async (context) =>
    productionOf(context).stack === null ||
    !context.selected.has('3.5') ||
    (await healthOf(context, context.config.containers.api)) === 'healthy',
};

/** Waits for the engine's verdict, if it has none yet: 3.2 and 3.5 go on before. */
async function healthOf(context: Context, service: Service): Promise<string> {
  const stack = productionStack(context);
  const { signal } = context;
  const known = await containerNamed(stack.host, service.name, signal);
  const starts = known?.status === 'running' && known.health === 'starting';
  const container = starts ? await untilHealthy(stack, service, signal, () => undefined) : known;
  if (container === null) return 'no such container';
  return container.status === 'running' ? (container.health ?? 'no health check') : container.status;
}

export function healthText(found: readonly (Evidence | OpenItem)[]): string {
  return found.every((one) => 'target' in one) ? 'both containers healthy' : 'not every container is healthy';
}

const reason = 'not applicable: production is a database URL, without containers of ours';
const noNetwork = 'not applicable: production is a database URL, without a container network';

/** The checklist items about production's containers. */
interface HealthItems {
  readonly database: Item;
  readonly api: Item;
  readonly network: Item;
}

/** Returns evidence for each healthy container, and the others as open; for a database URL, all of them as open. */
export async function healthEvidence(
  context: Context,
  { database, api, network }: HealthItems,
): Promise<readonly (Evidence | OpenItem)[]> {
  if (productionOf(context).stack === null) {
    return [
      { item: database.id, reason },
      { item: api.id, reason },
      { item: network.id, reason: noNetwork },
    ];
  }
  const containers = [
    [database.id, context.config.containers.database],
    [api.id, context.config.containers.api],
  ] as const;
  return Promise.all(
    containers.map(async ([item, service]): Promise<Evidence | OpenItem> => {
      const health = await healthOf(context, service);
      return health === 'healthy'
        ? { item, target: 'production', summary: `${service.name} running, healthy` }
        : { item, reason: `${service.name}: ${health}` };
    }),
  );
}
