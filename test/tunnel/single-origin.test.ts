import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { exitCodes, type Problem, ProblemError } from '../../src/domain/problem.ts';
import { tunnelAndRoute } from '../../src/tasks/cloudflare/3.6-tunnel-and-route.ts';
import { remoteChanges } from '../../src/tunnel/remote-tunnel.ts';
import { inspectTunnel, routeOf, runningCloudflared } from '../../src/tunnel/tunnel.ts';
import type { Context } from '../../src/workspace/context.ts';
import { type Cloudflared, contextOf, usualArgs } from './cloudflared-server.ts';

const file = 'tunnel: droplet\ncredentials-file: /etc/cloudflared/it.json\n';

async function problemOf(doing: Promise<unknown>): Promise<Problem> {
  const error = await doing.then(
    (found) => new Error(`it did not fail: ${JSON.stringify(found)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProblemError)) throw error;
  return error.problems[0];
}

/** Returns the rules of the new configuration, and the approval that its installation needs. */
async function planned(context: Context) {
  const changes = await localPlan(context);
  const [text = ''] = changes.flatMap(({ change }) =>
    change.kind === 'write' && change.entry.type === 'file' ? change.entry.content : [],
  );
  const { ingress } = z.looseObject({ ingress: z.array(z.unknown()).optional() }).parse(parse(`${text}`));
  return { rules: ingress, consent: changes.at(-1)?.consent };
}

async function localPlan(context: Context) {
  const changes = await tunnelAndRoute.preview(context);
  if (!Array.isArray(changes)) throw new Error(JSON.stringify(changes));
  return changes;
}

test.each<[string, Cloudflared, string]>([
  ['--url', { args: [...usualArgs, '--url', 'http://localhost:8000'] }, 'http://localhost:8000'],
  ['--url=', { args: [...usualArgs, '--url=http://localhost:8000'] }, 'http://localhost:8000'],
  [
    '--url, in the command line of a shell',
    { args: ['-c', `cloudflared ${usualArgs.join(' ')} --url http://localhost:8000`] },
    'http://localhost:8000',
  ],
  ['--unix-socket', { args: [...usualArgs, '--unix-socket', '/run/x.sock'] }, 'unix:/run/x.sock'],
  ['--hello-world', { args: ['tunnel', '--hello-world', 'run'] }, 'hello_world'],
  ['--bastion', { args: [...usualArgs, '--bastion'] }, 'bastion'],
  ['TUNNEL_URL', { env: ['TUNNEL_URL=http://localhost:8000'] }, 'http://localhost:8000'],
  ['TUNNEL_UNIX_SOCKET', { env: ['TUNNEL_UNIX_SOCKET=/run/x.sock'] }, 'unix:/run/x.sock'],
  ['TUNNEL_HELLO_WORLD', { env: ['TUNNEL_HELLO_WORLD=true'] }, 'hello_world'],
  ['TUNNEL_BASTION', { env: ['TUNNEL_BASTION=true'] }, 'bastion'],
  ['bastion: true', { file: `${file}bastion: true\n` }, 'bastion'],
  ['hello-world: true', { file: `${file}hello-world: true\n` }, 'hello_world'],
  ['url', { file: `${file}url: http://localhost:8000\n` }, 'http://localhost:8000'],
  ['unix-socket', { file: `${file}unix-socket: /run/x.sock\n` }, 'unix:/run/x.sock'],
  [
    '--bastion, beside an empty ingress',
    { file: `${file}ingress: []\n`, args: [...usualArgs, '--bastion'] },
    'bastion',
  ],
  ['--url without a scheme', { args: [...usualArgs, '--url', 'localhost:8000'] }, 'http://localhost:8000'],
  [
    '--url with a path',
    { args: [...usualArgs, '--url', 'http://localhost:8000/x'] },
    'http://localhost:8000',
  ],
])(
  'a tunnel whose single origin is set by %s keeps it as the last rule, once approved',
  async (_, parts, service) => {
    const context = contextOf({ file, ...parts });
    expect(await tunnelAndRoute.check(context)).toMatchObject({
      state: 'missing',
      findings: [{ actual: expect.stringContaining(`no rules: every request goes to ${service} (`) }],
    });
    const { rules, consent } = await planned(context);
    expect(rules).toEqual([{ hostname: 'erp-db.bestviable.com', service: 'http://traefik:80' }, { service }]);
    expect(consent).toMatchObject({ flag: '--replace-route', why: expect.stringContaining(service) });
  },
);

test('the options of a single origin become settings of the last rule', async () => {
  const args = [...usualArgs, '--url', 'https://localhost:8443', '--no-tls-verify', '--proxy-port=81'];
  const env = ['TUNNEL_HTTP_HOST_HEADER=app.internal'];
  const text = `${file}proxy-connect-timeout: 5s\nno-chunked-encoding: false\n`;
  const { rules } = await planned(contextOf({ file: text, args, env }));
  expect(rules?.[1]).toEqual({
    service: 'https://localhost:8443',
    originRequest: { connectTimeout: '5s', httpHostHeader: 'app.internal', noTLSVerify: true, proxyPort: 81 },
  });
});

test('a tunnel with a token and no rules at Cloudflare keeps its single origin too', async () => {
  const api = { call: async () => ({ version: 0, config: null }) };
  const token = Buffer.from(JSON.stringify({ a: 'account', t: 'tunnel', s: 'x' })).toString('base64');
  const args = ['tunnel', 'run', '--token', token, '--url', 'http://localhost:8000'];
  const context = contextOf({ args, api });
  const found = await inspectTunnel(context, await runningCloudflared(context));
  if (found.is !== 'remote') throw new Error(found.is);
  const [change] = remoteChanges(found.remote, 'cloudflared', routeOf(context), found.origin);
  expect(change).toMatchObject({ consent: { flag: '--replace-route' } });
  const body = change?.status === 'exact' && change.change.kind === 'request' ? change.change.body : '';
  expect(JSON.parse(body).config.ingress[1]).toEqual({ service: 'http://localhost:8000' });
});

test.each<[string, Cloudflared, string]>([
  ['with a path', { args: [...usualArgs, '--url', 'localhost:8000/api'] }, 'has a path'],
  [
    'beside an originRequest that only rules inherit',
    { file: `${file}originRequest:\n  noTLSVerify: true\n`, args: [...usualArgs, '--bastion'] },
    'originRequest',
  ],
])('a single origin %s, which no rule can keep, is left unchanged', async (_, parts, why) => {
  const context = contextOf({ file, ...parts });
  const problem = await problemOf(tunnelAndRoute.check(context));
  expect(problem).toMatchObject({ code: 'ERP-0666', exit: exitCodes.prerequisite });
  expect(problem.why).toContain(why);
  expect(await problemOf(tunnelAndRoute.preview(context))).toEqual(problem);
});

test.each<[string, Cloudflared]>([
  ['has an ingress, which cloudflared prefers', { args: [...usualArgs, '--url', 'http://localhost:8000'] }],
  ['only has an empty variable', { file, env: ['TUNNEL_URL='] }],
  ['says hello-world: false', { file: `${file}hello-world: false\n` }],
])('a tunnel that %s gets its rule', async (_, cloudflared) => {
  expect(await tunnelAndRoute.check(contextOf(cloudflared))).toMatchObject({ state: 'missing' });
});

test('a single origin that is already the expected service needs no rule', async () => {
  const context = contextOf({ file, args: [...usualArgs, '--url', 'http://traefik:80'] });
  const found = await inspectTunnel(context, await runningCloudflared(context));
  expect(found).toMatchObject({ is: 'local', local: { state: { is: 'there' } } });
});

test('the credentials of an origin are not shown', async () => {
  const context = contextOf({ file, args: [...usualArgs, '--url', 'joe:secret@localhost:8000/api'] });
  const problem = await problemOf(tunnelAndRoute.check(context));
  expect(problem.code).toBe('ERP-0666');
  expect(JSON.stringify(problem)).not.toContain('secret');
});
