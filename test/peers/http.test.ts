import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { cloudflareApi } from '../../src/adapters/cloudflare.ts';
import { httpClient } from '../../src/adapters/http.ts';
import { ApiRefusal } from '../../src/domain/ports/cloudflare.ts';
import { NetworkFault } from '../../src/domain/ports/http.ts';
import { Secret } from '../../src/domain/secret.ts';
import { problemsOf } from '../../src/engine/faults.ts';

const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

function flood(socket: Socket, bytes: Uint8Array): void {
  const write = () => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on('drain', write);
  write();
}

/** What an HTTP server does with a request. */
const peers: Readonly<Record<string, (socket: Socket) => void>> = {
  silence: () => undefined,
  'closed at once': (socket) => socket.destroy(),
  'half closed': (socket) => socket.end(),
  garbage: (socket) => socket.end('\x00\xff\x1b]0;x\x07'.repeat(999)),
  'headers without end': (socket) => flood(socket, Buffer.from(`X: ${'y'.repeat(999)}\r\n`)),
  'a body without end': (socket) => {
    socket.write(`${head}\r\n`);
    flood(socket, Buffer.alloc(2 ** 20, 65));
  },
  'a body of 2 GiB, cut off': (socket) => socket.end(`${head}Content-Length: 2147483648\r\n\r\nabc`),
  'a chunk of a negative size': (socket) => socket.end(`${head}Transfer-Encoding: chunked\r\n\r\n-5\r\nabc`),
  'gzip that is none': (socket) =>
    socket.end(`${head}Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc`),
  'JSON of another form': (socket) => socket.end(`${head}Content-Length: 13\r\n\r\n{"result":[]}`),
  'no JSON': (socket) => socket.end(`${head}Content-Length: 3\r\n\r\n<a>`),
  'a redirect to itself': (socket) =>
    socket.end('HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n'),
  'a drip': (socket) => {
    socket.write(`${head}\r\n`);
    const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('a')), 20);
  },
};

async function listening(act: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('data', () => act(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const names = Object.keys(peers);
const stopped = new Error('stopped');

/** Asks with a signal after a while; returns the error, and how late it came after the signal in milliseconds. */
async function asked(ask: (signal: AbortSignal) => Promise<unknown>) {
  const stop = new AbortController();
  let at = Number.POSITIVE_INFINITY;
  void pause(600).then(() => {
    at = performance.now();
    stop.abort(stopped);
  });
  const error = await ask(stop.signal).then(
    () => null,
    (reason: unknown) => reason,
  );
  return { error, late: performance.now() - at };
}

it.each(names)(
  'a webhook that answers with %s is a problem or an answer, and never takes the memory',
  async (name) => {
    const url = await listening(peers[name] ?? (() => undefined));
    const before = process.memoryUsage().rss;
    const { error, late } = await asked((signal) => httpClient().request('POST', url, '{}', signal));
    if (error !== null && error !== stopped) expect(error).toBeInstanceOf(NetworkFault);
    expect(late).toBeLessThan(1_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
  },
);

it.each(names)(
  'a Cloudflare API that answers with %s is a problem, and never takes the memory',
  async (name) => {
    const url = await listening(peers[name] ?? (() => undefined));
    const before = process.env.CLOUDFLARE_BASE_URL;
    process.env.CLOUDFLARE_BASE_URL = url;
    onTestFinished(() => {
      if (before === undefined) delete process.env.CLOUDFLARE_BASE_URL;
      else process.env.CLOUDFLARE_BASE_URL = before;
    });
    const rss = process.memoryUsage().rss;
    const api = cloudflareApi(new Secret('a-token-of-cloudflare'));
    const { error, late } = await asked((signal) => api.call('GET', '/zones', null, signal));
    if (error !== null && error !== stopped) {
      expect(problemsOf(error)[0].exit).not.toBe(1);
      if (error instanceof ApiRefusal) expect(error.status).toBeGreaterThan(0);
    }
    expect(late).toBeLessThan(1_000);
    expect(process.memoryUsage().rss - rss).toBeLessThan(300_000_000);
  },
);
