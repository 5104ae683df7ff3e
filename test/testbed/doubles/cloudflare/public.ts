import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { bodyOf } from '../parts/body.ts';
import { double } from '../parts/double.ts';
import type { Edge } from './edge.ts';
import type { DnsRecord, State } from './state.ts';

/** What the public's TLS is spoken with; without, the double speaks plain HTTP and calls it https all the same. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/**
 * The public side: a request's Host finds a DNS record, that a tunnel, and that its connectors.
 * 530 with 1033 where the tunnel has no connection, 530 with 1016 where the record leads nowhere.
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
  // A name that Cloudflare does not have: DNS does not lead here; a client that comes anyway gets this.
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
  // Of a 502 of cloudflared's own, Cloudflare shows its own page.
  if (given.status === 502 && content.length === 0) return cloudflareError(response, 502, 502);
  response.writeHead(given.status, { ...given.headers, server: `cloudflare (${double})` }).end(content);
}

/** The record of this very name, else of a star. */
export function recordFor({ dns }: State, host: string): DnsRecord | undefined {
  const named = (name: string) =>
    dns.find((one) => one.name.toLowerCase() === name && ['A', 'AAAA', 'CNAME'].includes(one.type));
  return named(host) ?? named(host.replace(/^[^.]+/, '*'));
}

/** Only a proxied CNAME to the tunnel's own name leads there. */
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

/** What who asks for no HTML gets. */
function cloudflareError(response: ServerResponse, status: number, code: number): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=UTF-8' }).end(`error code: ${code}`);
}
