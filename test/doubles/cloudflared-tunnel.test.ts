import { connect, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../testbed/free-port.ts';
import { type CloudflareService, startCloudflare } from './support/cloudflare-service.ts';
import { account, local, remote, secret } from './support/cloudflare-state.ts';
import { startEcho } from './support/echo.ts';
import { bundled, until } from './support/running.ts';

let programs: Awaited<ReturnType<typeof bundled>>;
let cloudflare: CloudflareService;
let traefik: Awaited<ReturnType<typeof startEcho>>;
const sshd = createServer((socket) => socket.end('SSH-2.0-someone\r\n'));
let sshPort: number;
beforeAll(async () => {
  [programs, traefik, sshPort] = await Promise.all([bundled(), startEcho('traefik'), freePort()]);
  await new Promise<void>((resolve) => sshd.listen(sshPort, '127.0.0.1', resolve));
}, 60_000);
afterAll(async () => {
  await traefik.stop();
  sshd.close();
  programs.remove();
});
beforeEach(async () => {
  cloudflare = await startCloudflare(programs);
});
afterEach(() => cloudflare.stop());

/**
 * Returns the rules of the local tunnel: SSH, the public name of the project with this service, and a 404 for the rest.
 */
const rules = (service = `http://127.0.0.1:${traefik.port}`) =>
  `  - { hostname: ssh.bestviable.com, service: "ssh://127.0.0.1:${sshPort}" }
  - { hostname: erp-db.bestviable.com, service: "${service}" }
  - service: http_status:404
`;

describe('a tunnel with a local configuration', () => {
  test('forwards requests unchanged to the service of the matching rule', async () => {
    const { one, metrics } = await cloudflare.runLocal(rules());
    const { status, headers, text } = await cloudflare.visit(
      'erp-db.bestviable.com',
      '/erp/people?id=eq.1',
      'POST',
      '{}',
    );
    expect([status, headers.server]).toEqual([200, 'cloudflare (double of the erp-deploy testbed)']);
    expect(JSON.parse(text)).toMatchObject({
      name: 'traefik',
      method: 'POST',
      path: '/erp/people?id=eq.1',
      headers: {
        host: 'erp-db.bestviable.com',
        'x-forwarded-proto': 'https',
        'cf-connecting-ip': '127.0.0.1',
      },
    });
    const readiness = await (await fetch(`http://${metrics}/ready`)).json();
    expect(readiness).toEqual({ status: 200, readyConnections: 4, connectorId: expect.any(String) });
    expect(one.written().split('\n')[0]).toContain('INF Version 2026.8.2 (double of the erp-deploy testbed)');
    expect(one.written()).toMatch(
      /INF Registered tunnel connection connIndex=0 connection=\S+ event=0 ip=\S+ location=bed01/,
    );
    expect(await cloudflare.api(`GET /accounts/${account}/cfd_tunnel/${local}`)).toMatchObject({
      result: { status: 'healthy', remote_config: false, connections: { length: 4 } },
    });
  });

  test('reads its file only at the start', async () => {
    await cloudflare.runLocal(rules());
    cloudflare.configFile(rules('http_status:418'));
    expect((await cloudflare.visit('erp-db.bestviable.com')).status).toBe(200);
  });

  test('`ready` reports its connection; without one, it answers 503, and public requests get 530 with 1033', async () => {
    const { metrics } = await cloudflare.runLocal(rules());
    const ready = async () => {
      const program = cloudflare.tunnel('tunnel', '--metrics', metrics, 'ready');
      return { code: await program.ended, said: program.written() };
    };
    expect(await ready()).toEqual({ code: 0, said: '' });
    await cloudflare.cut();
    await until(ready, ({ code }) => code === 1);
    expect((await ready()).said).toContain(`http://${metrics}/ready endpoint returned status code 503`);
  });

  test('answers 502 for a service that cannot be reached, and logs it', async () => {
    const { one } = await cloudflare.runLocal(rules(`http://127.0.0.1:${await freePort()}`));
    expect(await cloudflare.visit('erp-db.bestviable.com')).toMatchObject({
      status: 502,
      text: 'error code: 502',
    });
    expect(one.written()).toMatch(
      /ERR error="Unable to reach the origin service\..*ECONNREFUSED.*ingressRule=1 originService=http:/,
    );
    expect((await cloudflare.visit('erp-db.bestviable.com')).status).toBe(502);
  });

  test.each([
    ['sends every name to the origin that --url names, if it has no ingress', '', 200],
    ['ignores --url if it has an ingress', '  - service: http_status:418\n', 418],
  ])('%s', async (_, ingress, status) => {
    await cloudflare.runLocal(ingress, '--url', `http://127.0.0.1:${traefik.port}`);
    expect((await cloudflare.visit('erp-db.bestviable.com')).status).toBe(status);
  });

  test('forwards an SSH connection, and ends it when it stops', async () => {
    const { one } = await cloudflare.runLocal(rules());
    const greeting = () =>
      new Promise<string>((resolve) => {
        let text = '';
        connect(cloudflare.sshPort, '127.0.0.1')
          .on('data', (part) => (text += part))
          .on('error', () => resolve(text))
          .on('close', () => resolve(text));
      });
    expect(await greeting()).toBe('SSH-2.0-someone\r\n');
    one.child.kill('SIGTERM');
    expect(await one.ended).toBe(0);
    expect(one.written()).toContain('INF Initiating graceful shutdown due to signal terminated ...');
    expect(await greeting()).toBe('');
    expect(await cloudflare.visit('erp-db.bestviable.com')).toMatchObject({
      status: 530,
      text: 'error code: 1033',
    });
  });

  test('does not start with invalid rules, and does not register with a wrong secret', async () => {
    const bad = cloudflare.tunnel(
      'tunnel',
      '--config',
      cloudflare.configFile('  - { hostname: a.b, service: "http://c" }\n'),
      'run',
    );
    expect(await bad.ended).toBe(1);
    expect(bad.written()).toContain('Validation failed: The last ingress rule must match all URLs');
    const path = cloudflare.configFile(rules('http_status:200'), 'wrong');
    const wrong = cloudflare.tunnel('tunnel', '--config', path, '--metrics', '127.0.0.1:0', 'run', 'droplet');
    await until(wrong.written, (log) => log.includes('error="Unauthorized: Invalid tunnel secret"'));
  });
});

describe('a tunnel with a token', () => {
  const token = Buffer.from(JSON.stringify({ a: account, t: remote, s: secret })).toString('base64');
  const configurations = `/accounts/${account}/cfd_tunnel/${remote}/configurations`;
  const put = (service: string) =>
    cloudflare.api(`PUT ${configurations}`, {
      body: {
        config: { ingress: [{ hostname: 'remote.bestviable.com', service }, { service: 'http_status:404' }] },
      },
    });

  test('uses the configuration of Cloudflare, also after it changes, and ignores a local file', async () => {
    const one = cloudflare.tunnel(
      'tunnel',
      '--config',
      cloudflare.configFile(rules('http_status:418')),
      '--metrics',
      '127.0.0.1:0',
      'run',
      '--token',
      token,
    );
    await until(one.written, (log) => log.includes('Updated to new configuration'));
    expect((await cloudflare.visit('remote.bestviable.com')).status).toBe(404);
    expect(await put(`http://127.0.0.1:${traefik.port}`)).toMatchObject({
      success: true,
      result: { version: 4, source: 'cloudflare' },
    });
    await until(
      () => cloudflare.visit('remote.bestviable.com'),
      ({ status }) => status === 200,
    );
    expect(one.written()).toMatch(/INF Updated to new configuration config=.* version=4/);
  });

  test('exits if the token is invalid', async () => {
    const one = cloudflare.tunnel('tunnel', 'run', '--token', 'not-a-token');
    expect(await one.ended).toBe(255);
    expect(one.written()).toContain('Provided Tunnel token is not valid.');
  });
});
