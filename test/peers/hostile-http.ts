import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { floodTo } from './hostile-streams.ts';

const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

/** Behaviours of an HTTP server after a request. */
export const httpPeers: Readonly<Record<string, (socket: Socket) => void>> = {
  silence: () => undefined,
  'closed at once': (socket) => socket.destroy(),
  'half closed': (socket) => socket.end(),
  garbage: (socket) => socket.end('\x00\xff\x1b]0;x\x07'.repeat(999)),
  'headers without end': (socket) => floodTo(socket, Buffer.from(`X: ${'y'.repeat(999)}\r\n`)),
  'a body without end': (socket) => {
    socket.write(`${head}\r\n`);
    floodTo(socket, Buffer.alloc(2 ** 20, 65));
  },
  'a body of 2 GiB, cut off': (socket) => socket.end(`${head}Content-Length: 2147483648\r\n\r\nabc`),
  'a chunk of a negative size': (socket) => socket.end(`${head}Transfer-Encoding: chunked\r\n\r\n-5\r\nabc`),
  'invalid gzip': (socket) => socket.end(`${head}Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc`),
  'JSON of another form': (socket) => socket.end(`${head}Content-Length: 13\r\n\r\n{"result":[]}`),
  'no JSON': (socket) => socket.end(`${head}Content-Length: 3\r\n\r\n<a>`),
  'a redirect to itself': (socket) =>
    socket.end('HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n'),
  'a drip': (socket) => {
    socket.write(`${head}\r\n`);
    const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('a')), 20);
  },
};

/**
 * Listens until the test ends.
 * @param act what the server does with a connection
 * @param from whether it acts immediately and reads the request itself, or when the first bytes have arrived
 */
export async function listening(
  act: (socket: Socket) => void,
  from: 'connection' | 'request' = 'request',
): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    if (from === 'connection') act(socket);
    else socket.once('data', () => act(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
