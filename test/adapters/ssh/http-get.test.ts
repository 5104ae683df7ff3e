import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { loopback } from '../../support/production/loopback.ts';
import { freePort } from '../../testbed/free-port.ts';
import { anySignal, openHost } from './open-host.ts';
import { startSshd } from './sshd.ts';

const ways = [
  ['a tunnel', ''],
  ['bash', 'AllowTcpForwarding no'],
] as const;

test.each(ways)('sends an HTTP request through %s', async (_way, setting) => {
  const host = await openHost(await startSshd(setting));
  const body = JSON.stringify({ text: 'ä'.repeat(100_000) });
  const { url, asked } = await loopback(({ path }) => ({
    status: path === '/gone' ? 404 : 200,
    headers: { etag: '"1"' },
    body,
  }));
  const port = Number(new URL(url).port);
  expect(await host.get(port, '/people?limit=0', { 'accept-profile': 'erp' }, anySignal)).toEqual({
    status: 200,
    etag: '"1"',
    body,
  });
  expect((await host.get(port, '/gone', {}, anySignal)).status).toBe(404);
  expect(asked.map(({ path }) => path)).toEqual(['/people?limit=0', '/gone']);
});

test.each(ways)(
  'through %s, sends a request to another address that the host reaches',
  async (_way, setting) => {
    const host = await openHost(await startSshd(setting));
    const server = createHttpServer((_, response) => response.end('there')).listen(0, '127.0.0.2');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    expect((await host.get(port, '/', {}, anySignal, '127.0.0.2')).body).toBe('there');
  },
);

test.each(ways)('through %s, detects whether something listens on a port', async (_way, setting) => {
  const host = await openHost(await startSshd(setting));
  const { url } = await loopback(() => ({}));
  expect(await host.listens(Number(new URL(url).port))).toBe(true);
  const closed = await freePort();
  expect(await host.listens(closed)).toBe(false);
  await expect(host.get(closed, '/', {}, anySignal)).rejects.toMatchObject({
    name: 'NetworkFault',
    code: 'ECONNREFUSED',
    url: `http://127.0.0.1:${closed}/`,
  });
});

test('gives up on a server that never answers', async () => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  const host = await openHost(await startSshd(), {}, { limits: { answer: 300 } });
  await expect(host.get(address.port, '/', {}, anySignal)).rejects.toMatchObject({ code: 'TimeoutError' });
  const stop = new AbortController();
  const asked = host.get(address.port, '/', {}, stop.signal);
  stop.abort(new Error('called off'));
  await expect(asked).rejects.toThrow('called off');
});

test('reports a server that closes the connection in the middle of its answer', async () => {
  const server = createServer((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf')),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  const host = await openHost(await startSshd());
  await expect(host.get(address.port, '/', {}, anySignal)).rejects.toMatchObject({ name: 'NetworkFault' });
});
