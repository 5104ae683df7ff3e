import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { until } from './support/running.ts';
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

describe('entry points', () => {
  test('a redirecting entry point redirects every request to https, whatever X-Forwarded-Proto a tunnel sends', async () => {
    await traefik.stop();
    traefik = await startTraefik(shared, '--entrypoints.web.http.redirections.entrypoint.to=:443');
    traefik.engine.show([traefik.postgrest()]);
    const answer = await traefik.ask('/erp/people?x=1', { 'x-forwarded-proto': 'https' });
    expect([answer.status, answer.headers.location]).toEqual([301, `https://${host}/erp/people?x=1`]);
    expect((await traefik.ask('/erp/people', {}, 'POST')).status).toBe(308);
  });

  test('logs the client, and identifies itself as a double in its log and its version', async () => {
    traefik.engine.show([traefik.postgrest()]);
    await traefik.answers('/erp/people', 200);
    expect((await traefik.ask('/erp/people', { 'x-forwarded-for': '9.9.9.9' })).echo().headers).toMatchObject(
      {
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
        'x-real-ip': '127.0.0.1',
      },
    );
    const log = await until(traefik.written, (text) => text.includes('"portfolio-erp-erp@docker"'));
    expect(log.split('\n')[0]).toContain('INF Traefik version 3.6.1 (double of the erp-deploy testbed)');
    expect(log).toContain(`"GET /erp/people HTTP/1.1" 200 - "-" "-"`);
    const version = shared.programs.start('traefik', ['version']);
    expect(await version.ended).toBe(0);
    expect(version.written()).toContain('Version:      3.6.1 (double of the erp-deploy testbed)');
  });

  test('an unknown flag is refused', async () => {
    const wrong = shared.programs.start('traefik', ['--entrypoint.web.address=:80']);
    expect(await wrong.ended).toBe(1);
    expect(wrong.written()).toContain('field not found, node: entrypoint.web.address');
  });

  test('works again after the engine was restarted', async () => {
    traefik.engine.show([traefik.postgrest()]);
    await traefik.answers('/erp/people', 200);
    await traefik.engine.stop();
    await until(traefik.written, (text) => text.includes('ERR Provider error, retrying in'));
    expect((await traefik.ask('/erp/people')).status).toBe(200);
  });
});
