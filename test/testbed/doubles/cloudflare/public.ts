import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { bodyOf } from '../parts/body.ts';
import { double } from '../parts/double.ts';
import type { Edge } from './edge.ts';
import type { DnsRecord, State } from './state.ts';

/** Certificate and key of the public side. Without them, the double speaks plain HTTP, but reports it as https. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/**
 * The public side: the Host of a request selects a DNS record, which leads to a tunnel and its connectors. Answers 530
 * with 1033 if the tunnel has no connection, and 530 with 1016 if the record leads nowhere.
 */
export function createPublic(state: State, edge: Edge, certificate: Certificate | undefined) {
  const serve: RequestListener = (message, response) => {
    const ray = `${randomBytes(8).toString('hex')}-BED`;
    response.setHeader('Server', `cloudflare (${double})`);
    response.setHeader('CF-RAY', ray);
    answer(state, edge, message, response, ray).catch(() => cloudflareError(response, 502, 502));
  };
  return certificate === undefined ? createServer(serve) : createTlsServer(certificate, serve);
}

async function answer(
  state: State,
  edge: Edge,
  message: IncomingMessage,
  response: ServerResponse,
  ray: string,
): Promise<void> {
  const host = (message.headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
  const record = recordFor(state, host);
  // An unknown name: DNS does not lead here, and a client that connects anyway gets this answer.
  if (record === undefined) return cloudflareError(response, 409, 1001);
  const access = state.access.find(({ hostname }) => hostname === host);
  if (access !== undefined) return logIn(response, access.team, host, message.url ?? '/');
  const tunnel = tunnelFor(record);
  if (tunnel === undefined) return cloudflareError(response, 530, 1016);
  if (edge.connections(tunnel).length === 0) return cloudflareError(response, 530, 1033);
  const body = Buffer.from(await bodyOf(message));
  const path = message.url ?? '/';
  const headers = { ...onward(message), 'cf-ray': ray };
  const given = await edge.ask(tunnel, { method: message.method ?? 'GET', path, headers, body });
  const content = Buffer.from(given.body, 'base64');
  // Cloudflare replaces a 502 of cloudflared by its own page.
  if (given.status === 502 && content.length === 0) return cloudflareError(response, 502, 502);
  response.writeHead(given.status, { ...given.headers, server: `cloudflare (${double})` }).end(content);
}

/** Returns the record of exactly this name, otherwise one with a wildcard. */
export function recordFor({ dns }: State, host: string): DnsRecord | undefined {
  const named = (name: string) =>
    dns.find((one) => one.name.toLowerCase() === name && ['A', 'AAAA', 'CNAME'].includes(one.type));
  return named(host) ?? named(host.replace(/^[^.]+/, '*'));
}

/** Returns the tunnel of a record: only a proxied CNAME to the name of a tunnel leads there. */
export const tunnelFor = ({ type, content, proxied }: DnsRecord) =>
  type === 'CNAME' && proxied ? /^(.+)\.cfargotunnel\.com\.?$/.exec(content)?.[1] : undefined;

function onward({ headers, socket }: IncomingMessage): Record<string, string | string[]> {
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ||
    /^(connection|keep-alive|transfer-encoding|content-length|cf-|x-forwarded-proto)/.test(name)
      ? []
      : [[name, value] as const],
  );
  const client = socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  return {
    ...Object.fromEntries(kept),
    'cdn-loop': 'cloudflare; loops=1',
    'cf-connecting-ip': client,
    'cf-visitor': '{"scheme":"https"}',
    'x-forwarded-for': client,
    'x-forwarded-proto': 'https',
  };
}

function logIn(response: ServerResponse, team: string, host: string, path: string): void {
  const location = `https://${team}.cloudflareaccess.com/cdn-cgi/access/login/${host}?redirect_url=${encodeURIComponent(path)}`;
  response.writeHead(302, { Location: location, 'Content-Type': 'text/html' }).end();
}

/** The answer to a client that does not accept HTML. */
function cloudflareError(response: ServerResponse, status: number, code: number): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=UTF-8' }).end(`error code: ${code}`);
}
