import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Log } from '../parts/console-log.ts';
import { idOf, routesOf } from './container-routes.ts';
import type { HttpConfiguration } from './dynamic.ts';
import type { Engine } from './engine.ts';
import type { StaticConfig } from './flags.ts';
import { merge } from './merge.ts';

/**
 * Hands over what the containers say, now and whenever one starts, dies, or changes its health. What else
 * happens is not looked at, as in the real one: a network that is connected later is seen with the next event.
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
  const look = async () => {
    const configuration = merge(await saidBy(engine, config, log), log);
    if (!isDeepStrictEqual(configuration, last)) apply(configuration);
    last = configuration;
  };
  const events = await engine.events(signal);
  await look();
  // What comes in bursts is looked at once: the next look waits, and then sees what is there by then.
  let looking = Promise.resolve();
  let due = false;
  for await (const action of events) {
    if (due || !(action === 'start' || action === 'die' || action.startsWith('health_status'))) continue;
    due = true;
    looking = looking.then(async () => {
      due = false;
      await look().catch((error) =>
        log('error', 'Failed to list containers for docker', { error: String(error) }),
      );
      await pause(config.throttle, undefined, { signal }).catch(() => undefined);
    });
  }
}

async function saidBy(
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
