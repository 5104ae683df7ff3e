import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../testbed/free-port.ts';
import type { FakeContainer } from './support/fake-engine.ts';
import { until } from './support/running.ts';
import {
  shippedLabels,
  startBackends,
  startTraefik,
  type TraefikService,
} from './support/traefik-service.ts';

let shared: Awaited<ReturnType<typeof startBackends>>;
let traefik: TraefikService;
beforeAll(async () => {
  shared = await startBackends();
}, 60_000);
afterAll(() => shared.stop());
beforeEach(async () => {
  traefik = await startTraefik(shared);
});
afterEach(() => traefik.stop());

describe('a misconfiguration', () => {
  test('two containers of one service name are load-balanced together', async () => {
    const stack = (name: string, path: string, of: { port: number }): FakeContainer => ({
      name,
      labels: {
        'traefik.enable': 'true',
        [`traefik.http.routers.${name}.rule`]: `PathPrefix(\`${path}\`)`,
        [`traefik.http.routers.${name}.service`]: 'postgrest',
        'traefik.http.services.postgrest.loadbalancer.server.port': `${of.port}`,
      },
    });
    traefik.engine.show([stack('ours', '/ours', shared.backend), stack('theirs', '/theirs', shared.other)]);
    await traefik.answers('/ours', 200);
    const names = [await traefik.ask('/ours'), await traefik.ask('/ours')].map(({ echo }) => echo().name);
    expect(names.toSorted()).toEqual(['one', 'two']);
  });

  test('a router that two containers define differently is an error, and gives no route', async () => {
    const labels = {
      ...shippedLabels(shared.other),
      'traefik.http.routers.portfolio-erp-erp.rule': 'PathPrefix(`/erp`)',
    };
    traefik.engine.show([traefik.postgrest(), { ...traefik.postgrest(), name: 'copy', labels }]);
    await traefik.answers('/agent/sessions', 200);
    expect((await traefik.ask('/erp/people')).status).toBe(404);
    expect(traefik.written()).toMatch(
      /ERR Router defined multiple times with different configurations configuration=\[.*\] routerName=portfolio-erp-erp/,
    );
  });

  test.each([
    ['middlewares', 'gone', 'error="middleware \\"gone@docker\\" does not exist"'],
    ['service', 'gone', 'error="the service \\"gone@docker\\" does not exist"'],
    ['rule', 'Hots(`a`)', 'error="error while parsing rule Hots(`a`): unsupported function: Hots"'],
  ])('a router whose %s is %s is an error, and gives no route', async (field, value, error) => {
    traefik.engine.show([
      traefik.postgrest({
        labels: {
          ...shippedLabels(shared.backend),
          [`traefik.http.routers.portfolio-erp-erp.${field}`]: value,
        },
      }),
    ]);
    await traefik.answers('/agent/sessions', 200);
    expect((await traefik.ask('/erp/people')).status).toBe(404);
    expect(traefik.written()).toContain(
      `ERR ${error} entryPointName=web routerName=portfolio-erp-erp@docker`,
    );
  });

  test('reports an entry point that does not exist, and an unknown label', async () => {
    traefik.engine.show([
      traefik.postgrest({
        labels: {
          ...shippedLabels(shared.backend),
          'traefik.http.routers.portfolio-erp-erp.entrypoints': 'websecure',
        },
      }),
      {
        name: 'typo',
        labels: { 'traefik.enable': 'true', 'traefik.http.routers.typo.rul': 'Path(`/typo`)' },
      },
    ]);
    await traefik.answers('/agent/sessions', 200);
    const log = await until(traefik.written, (text) => text.includes('No valid entryPoint'));
    expect(log).toContain(
      `ERR EntryPoint doesn't exist entryPointName=websecure routerName=portfolio-erp-erp@docker`,
    );
    expect(log).toContain(
      'ERR error="field not found, node: rul" container=typo-typo-id providerName=docker',
    );
  });

  test('warns about a network that the container does not have, and uses another one', async () => {
    await traefik.stop();
    traefik = await startTraefik(shared, '--log.level=WARN');
    traefik.engine.show([traefik.postgrest({ networks: { elsewhere: '127.0.0.1' } })]);
    await traefik.answers('/erp/people', 200);
    expect(traefik.written()).toContain(
      "WRN Could not find network named 'portfolio-network' for container '/postgrest-erp'!",
    );
  });

  test('answers 502 for a server that cannot be reached', async () => {
    traefik.engine.show([traefik.postgrest({ labels: shippedLabels({ port: await freePort() }) })]);
    expect((await traefik.answers('/erp/people', 502)).text).toBe('Bad Gateway');
  });
});
