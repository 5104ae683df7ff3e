import { describe, expect, test } from 'vitest';
import { tunnelAndRoute } from '../../src/tasks/cloudflare/3.6-tunnel-and-route.ts';
import { inspectTunnel, runningCloudflared } from '../../src/tunnel/tunnel.ts';
import { type Cloudflared, contextOf, usualArgs } from './cloudflared-server.ts';

const head = 'tunnel: droplet\ncredentials-file: /etc/cloudflared/it.json\n';
const last = '  - service: http_status:404\n';
const ours = '  - hostname: erp-db.bestviable.com\n    service: http://traefik:80\n';

describe('a rule that matches the requests for one table', () => {
  const file = `${head}ingress:\n  - hostname: erp-db.bestviable.com\n    path: ^/erp/inventory$\n    service: http://old:1\n${ours}${last}`;

  test('is found, and replaced only with approval', async () => {
    const context = contextOf({ file, tables: ['erp.people', 'erp.inventory'] });
    expect(await tunnelAndRoute.check(context)).toMatchObject({
      state: 'missing',
      findings: [{ actual: 'rule 1 sends requests of that hostname to http://old:1' }],
    });
    expect(await tunnelAndRoute.preview(context)).toContainEqual(
      expect.objectContaining({ consent: expect.objectContaining({ flag: '--replace-route' }) }),
    );
  });

  test('is ignored if no such table exists', async () => {
    const context = contextOf({ file, tables: ['erp.people'] });
    const found = await inspectTunnel(context, await runningCloudflared(context));
    expect(found).toMatchObject({ local: { state: { is: 'there', rule: 1 } } });
  });
});

test('the new rule does not inherit settings that would keep requests from Traefik', async () => {
  const top = 'originRequest:\n  bastionMode: true\n  httpHostHeader: app.internal\n';
  const changes = await tunnelAndRoute.preview(contextOf({ file: `${head}${top}ingress:\n${last}` }));
  const settings = '    originRequest:\n      bastionMode: false\n      httpHostHeader: ""\n';
  expect(JSON.stringify(changes)).toContain(
    JSON.stringify(`${head}${top}ingress:\n${ours}${settings}${last}`),
  );
});

describe('the rules of a tunnel are', () => {
  const token = Buffer.from(JSON.stringify({ a: 'account', t: 'tunnel', s: 'x' })).toString('base64');
  const api = { call: async () => ({ version: 3, config: { ingress: [{ service: 'http_status:404' }] } }) };
  const file = `${head}token: ${token}\ningress:\n${ours}${last}`;
  const place = async (parts: Cloudflared) => {
    const context = contextOf({ api, ...parts });
    return (await inspectTunnel(context, await runningCloudflared(context))).is;
  };

  test('at Cloudflare, if the file has a token', async () => {
    expect(await place({ file })).toBe('remote');
  });

  test('in the file, if a variable sets an empty token', async () => {
    expect(await place({ file, env: ['TUNNEL_TOKEN='] })).toBe('local');
    expect(await place({ env: ['TUNNEL_TOKEN='], args: [...usualArgs, '--token-file='] })).toBe('local');
  });

  test('at Cloudflare, if a shell is given the token', async () => {
    expect(await place({ args: ['-c', `cloudflared tunnel run --token ${token}`] })).toBe('remote');
  });
});

describe('the result of cloudflared for the new configuration, in the plan', () => {
  const warning = (line: number, key: string) =>
    `Validating rules from /candidate.yml\nWarning: unused keys detected in your config file.\nyaml: unmarshal errors:\n  line ${line}: field ${key} not found in type config.WarpRoutingConfig`;
  const plan = (validated: Cloudflared['validated']) => {
    const file = `${head}warp-routing:\n  enabled: true\ningress:\n${last}`;
    return tunnelAndRoute.preview(contextOf({ file, ...(validated && { validated }) }));
  };

  test('may be the warnings of the old one', async () => {
    const changes = await plan([
      [0, warning(4, 'enabled')],
      [0, warning(5, 'enabled')],
    ]);
    expect(JSON.stringify(changes)).toMatch(/"config\.yml","[\da-f]{64}","[\da-f]{64}"\]/);
  });

  test.each<[string, NonNullable<Cloudflared['validated']>]>([
    [
      'another warning',
      [
        [0, warning(4, 'enabled')],
        [0, warning(4, 'hostnam')],
      ],
    ],
    [
      'a fault',
      [
        [0, 'OK'],
        [1, 'Validation failed: The last ingress rule must match all URLs'],
      ],
    ],
  ])('is a problem if it is %s', async (_, validated) => {
    expect(await plan(validated)).toMatchObject({ code: 'ERP-0667', exit: 3 });
  });

  test('is unknown if the image cannot run', async () => {
    const changes = await plan([
      [126, 'exec format error'],
      [126, 'exec format error'],
    ]);
    expect(changes).toHaveLength(3);
  });
});
