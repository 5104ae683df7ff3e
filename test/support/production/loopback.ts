import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Starts a real HTTP server on loopback for one test. Returns its address and the received requests. */
export async function loopback(
  answer: (asked: Asked) => Answer,
): Promise<{ readonly url: string; readonly asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const one = await askedOf(request);
    asked.push(one);
    const { status = 200, headers = {}, body = '' } = answer(one);
    response.writeHead(status, headers).end(body);
  });
  const url = await listening(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url, asked };
}

/** Returns an address on which nothing listens. */
export async function deadAddress(): Promise<string> {
  const server = createServer();
  const url = await listening(server);
  server.close();
  await once(server, 'close');
  return url;
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return `http://127.0.0.1:${address.port}`;
}

async function askedOf(request: IncomingMessage): Promise<Asked> {
  return { method: request.method ?? '', path: request.url ?? '', body: await text(request) };
}
