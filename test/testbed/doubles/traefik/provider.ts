import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Log } from '../parts/console-log.ts';
import { idOf, routesOf } from './container-routes.ts';
import type { HttpConfiguration } from './dynamic.ts';
import type { Engine } from './engine.ts';
import type { StaticConfig } from './flags.ts';
import { merge } from './merge.ts';

/**
 * Calls `apply` with the configuration from the labels of the containers, at once and after each start, die or
 * health_status event. Like Traefik, it ignores all other events: a network that is connected later takes effect with
 * the next of these events.
 * Source: traefik/traefik, pkg/provider/docker/pdocker.go.
 */
export async function watchContainers(
  engine: Engine,
  config: StaticConfig,
  log: Log,
  signal: AbortSignal,
  apply: (configuration: HttpConfiguration) => void,
): Promise<void> {
  for (let wait = 500; !signal.aborted; wait = Math.min(wait * 1.5, 60_000)) {
    try {
      await watchOnce(engine, config, log, signal, (configuration) => {
        wait = 500;
        apply(configuration);
      });
    } catch (error) {
      if (signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      log('error', `Provider error, retrying in ${wait}ms`, { error: message, providerName: 'docker' });
    }
    await pause(wait, undefined, { signal }).catch(() => undefined);
  }
}

async function watchOnce(
  engine: Engine,
  config: StaticConfig,
  log: Log,
  signal: AbortSignal,
  apply: (configuration: HttpConfiguration) => void,
): Promise<void> {
  let last: HttpConfiguration | undefined;
  const refresh = async () => {
    const configuration = merge(await configurationsOf(engine, config, log), log);
    if (!isDeepStrictEqual(configuration, last)) apply(configuration);
    last = configuration;
  };
  const events = await engine.events(signal);
  await refresh();
  // A burst of events causes one refresh: while one is queued, further events are dropped, since it will read their
  // effects too.
  let refreshes = Promise.resolve();
  let isQueued = false;
  for await (const action of events) {
    if (isQueued || !(action === 'start' || action === 'die' || action.startsWith('health_status'))) continue;
    isQueued = true;
    refreshes = refreshes.then(async () => {
      isQueued = false;
      await refresh().catch((error) =>
        log('error', 'Failed to list containers for docker', { error: String(error) }),
      );
      await pause(config.throttle, undefined, { signal }).catch(() => undefined);
    });
  }
}

async function configurationsOf(
  engine: Engine,
  config: StaticConfig,
  log: Log,
): Promise<ReadonlyMap<string, HttpConfiguration>> {
  const reporting: Log = (level, message, fields) =>
    log(level, message, { ...fields, providerName: 'docker' });
  const containers = await engine.containers();
  return new Map(
    containers.flatMap((container) => {
      const routes = routesOf(container, config, reporting);
      return routes === undefined ? [] : [[idOf(container), routes] as const];
    }),
  );
}
