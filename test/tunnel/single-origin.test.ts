import { expect, test } from 'vitest';
import { exitCodes, type Problem, ProblemError } from '../../src/domain/problem.ts';
import { tunnelAndRoute } from '../../src/tasks/cloudflare/3.6-tunnel-and-route.ts';
import { inspectTunnel, runningCloudflared } from '../../src/tunnel/tunnel.ts';
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
])('a tunnel whose single origin is set by %s is left unchanged', async (_, cloudflared, service) => {
  const context = contextOf({ file, ...cloudflared });
  const problem = await problemOf(tunnelAndRoute.check(context));
  expect(problem).toMatchObject({ code: 'ERP-0666', exit: exitCodes.prerequisite });
  expect(problem.excerpt).toEqual(['ingress:', `  - service: ${service}`]);
  expect(await problemOf(tunnelAndRoute.preview(context))).toEqual(problem);
});

test('a tunnel with a token and no rules at Cloudflare is left unchanged too', async () => {
  const api = { call: async () => ({ version: 0, config: null }) };
  const token = Buffer.from(JSON.stringify({ a: 'account', t: 'tunnel', s: 'x' })).toString('base64');
  const args = ['tunnel', 'run', '--token', token, '--url', 'http://localhost:8000'];
  const problem = await problemOf(tunnelAndRoute.preview(contextOf({ args, api })));
  expect(problem).toMatchObject({ code: 'ERP-0666' });
});

test.each<[string, Cloudflared]>([
  ['has an ingress, which cloudflared prefers', { args: [...usualArgs, '--url', 'http://localhost:8000'] }],
  ['only has an empty variable', { file, env: ['TUNNEL_URL='] }],
  ['says hello-world: false', { file: `${file}hello-world: false\n` }],
])('a tunnel that %s gets its rule', async (_, cloudflared) => {
  expect(await tunnelAndRoute.check(contextOf(cloudflared))).toMatchObject({ state: 'missing' });
});

test('a single origin that is the wanted service needs no rule', async () => {
  const context = contextOf({ file, args: [...usualArgs, '--url', 'http://traefik:80'] });
  const found = await inspectTunnel(context, await runningCloudflared(context));
  expect(found).toMatchObject({ is: 'local', local: { state: { is: 'there' } } });
});

test('the credentials of an origin are not shown', async () => {
  const context = contextOf({ file, args: [...usualArgs, '--url', 'http://joe:secret@localhost:8000'] });
  const problem = await problemOf(tunnelAndRoute.check(context));
  expect(problem.code).toBe('ERP-0666');
  expect(JSON.stringify(problem)).not.toContain('secret');
});
