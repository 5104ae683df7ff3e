import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Forwarded } from './middlewares.ts';

/** Milliseconds to wait for a connection, like Traefik's forwardingTimeouts.dialTimeout. */
const dialTimeout = 30_000;

/** Headers that apply to only one connection. */
const ofOneHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/**
 * Forwards a request to a server and returns its answer: 502 if the server cannot be reached, 504 if it does not accept
 * the connection in time.
 */
export function forward(
  message: IncomingMessage,
  response: ServerResponse,
  server: string,
  { path, search, headers, responseHeaders }: Forwarded,
): void {
  const kept = Object.entries(headers).filter(([name]) => !ofOneHop.includes(name));
  const { hostname, port } = new URL(server);
  const onward = request({
    host: hostname,
    port,
    path: `${path}${search}`,
    method: message.method,
    headers: Object.fromEntries(kept),
  });
  const late = setTimeout(() => onward.destroy(new Error('ETIMEDOUT')), dialTimeout);
  onward.on('socket', (socket) => {
    if (socket.connecting) socket.once('connect', () => clearTimeout(late));
    else clearTimeout(late);
  });
  onward.on('response', (answer) => {
    const given = Object.entries(answer.headersDistinct).filter(([name]) => !ofOneHop.includes(name));
    response.writeHead(answer.statusCode ?? 502, { ...Object.fromEntries(given), ...responseHeaders });
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  onward.on('error', (error) => {
    clearTimeout(late);
    if (response.headersSent) response.destroy();
    else if (/ETIMEDOUT/.test(`${error.message}`)) plain(response, 504, 'Gateway Timeout');
    else plain(response, 502, 'Bad Gateway');
  });
  response.on('close', () => onward.destroy());
  message.pipe(onward);
}

export function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}
