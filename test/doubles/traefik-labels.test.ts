import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { host, startBackends, startTraefik, type TraefikService } from './support/traefik-service.ts';

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

describe('the labels of the bundled compose file', () => {
  test.each(['erp', 'agent'])(
    '/%s is stripped off and becomes the profile, which a client cannot override',
    async (schema) => {
      traefik.engine.show([traefik.postgrest()]);
      await traefik.answers(`/${schema}/people`, 200);
      const { echo } = await traefik.ask(`/${schema}/people?id=eq.1`, {
        'Accept-Profile': 'public',
        'content-profile': 'public',
      });
      expect(echo()).toMatchObject({
        path: '/people?id=eq.1',
        headers: {
          host,
          'accept-profile': schema,
          'content-profile': schema,
          'x-forwarded-prefix': `/${schema}`,
        },
      });
      expect((await traefik.ask(`/${schema}`)).echo().path).toBe('/');
      expect((await traefik.ask(`/${schema}-x`)).status).toBe(404);
    },
  );

  test('answers 404 page not found for another host or path', async () => {
    traefik.engine.show([traefik.postgrest()]);
    await traefik.answers('/erp/people', 200);
    expect(await traefik.ask('/erp/people', { host: 'example.org' })).toMatchObject({
      status: 404,
      text: '404 page not found\n',
    });
    expect((await traefik.ask('/')).status).toBe(404);
  });

  test.each(['starting', 'unhealthy'] as const)(
    'a container that is %s gets no route, and one when it is healthy',
    async (health) => {
      traefik.engine.show([traefik.postgrest()]);
      await traefik.answers('/erp/people', 200);
      traefik.engine.show([traefik.postgrest({ health })], `health_status: ${health}`);
      await traefik.answers('/erp/people', 404);
      traefik.engine.show([traefik.postgrest()], 'health_status: healthy');
      await traefik.answers('/erp/people', 200);
      traefik.engine.show([traefik.postgrest({ running: false })], 'die');
      await traefik.answers('/erp/people', 404);
    },
  );

  test('define the routers, services and middlewares that the API shows', async () => {
    traefik.engine.show([traefik.postgrest()]);
    await traefik.answers('/erp/people', 200);
    expect(await traefik.api('http/routers')).toContainEqual({
      entryPoints: ['web'],
      middlewares: ['portfolio-erp-strip-erp@docker', 'portfolio-erp-profile-erp@docker'],
      service: 'portfolio-erp-postgrest',
      rule: `Host(\`${host}\`) && (Path(\`/erp\`) || PathPrefix(\`/erp/\`))`,
      priority: 70,
      status: 'enabled',
      using: ['web'],
      name: 'portfolio-erp-erp@docker',
      provider: 'docker',
    });
    expect(await traefik.api('rawdata')).toMatchObject({
      services: {
        'portfolio-erp-postgrest@docker': {
          serverStatus: { [`http://127.0.0.1:${shared.backend.port}`]: 'UP' },
        },
      },
    });
  });
});
