import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import type { EntryPoint, StaticConfig } from './flags.ts';
import { forward, plain } from './forward.ts';
import type { Asked } from './matchers.ts';
import { type Forwarded, redirection } from './middlewares.ts';
import type { Route, Runtime } from './runtime.ts';

/** Serves the requests of one entry point with the routes that are active at that moment. */
export function createEntryPoint(
  entryPoint: EntryPoint,
  config: StaticConfig,
  runtime: () => Runtime,
  logAccess: (message: IncomingMessage, response: ServerResponse, router: string, server: string) => void,
): Server {
  let turn = 0;
  return createServer((message, response) => {
    const forwarded = forwardedOf(message, entryPoint);
    const redirect = redirectAll(entryPoint, config, forwarded);
    const routes = runtime().routes.get(entryPoint.name) ?? [];
    const asked = askedOf(message, forwarded);
    const route = redirect === undefined ? routes.find(({ matches }) => matches(asked)) : undefined;
    const server = route?.service.servers[turn++ % route.service.servers.length];
    if (config.accessLog)
      response.on('finish', () => logAccess(message, response, route?.router ?? '-', server ?? '-'));
    if (redirect !== undefined) sendTo(response, redirect.status, redirect.location);
    else if (route === undefined) notFound(response);
    else serve(message, response, route, server, forwarded);
  });
}

function serve(
  message: IncomingMessage,
  response: ServerResponse,
  route: Route,
  server: string | undefined,
  forwarded: Forwarded,
) {
  for (const step of route.steps) {
    const redirect = step(forwarded);
    if (redirect !== undefined) return sendTo(response, redirect.status, redirect.location);
  }
  if (server === undefined) return plain(response, 503, 'no available server\n');
  if (!route.service.passHostHeader) forwarded.headers.host = new URL(server).host;
  forward(message, response, server, forwarded);
}

function redirectAll(
  { redirectTo, redirectScheme, redirectPermanent }: EntryPoint,
  config: StaticConfig,
  forwarded: Forwarded,
) {
  if (redirectTo === undefined) return undefined;
  const port =
    /^:(\d+)$/.exec(redirectTo)?.[1] ?? config.entryPoints.find(({ name }) => name === redirectTo)?.port;
  return redirection(forwarded, redirectScheme, port?.toString(), redirectPermanent);
}

/** Removes X-Forwarded-* headers of a client that the entry point does not trust. */
function forwardedOf(message: IncomingMessage, { trustsForwarded, port }: EntryPoint): Forwarded {
  const [path = '/', ...query] = (message.url ?? '/').split('?');
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined && (trustsForwarded || !/^x-(forwarded-|real-ip$)/.test(name)))
      headers[name] = value;
  }
  const client = message.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  const before = headers['x-forwarded-for'];
  headers['x-forwarded-for'] = before === undefined ? client : `${[before].flat().join(', ')}, ${client}`;
  headers['x-real-ip'] ??= client;
  headers['x-forwarded-host'] ??= message.headers.host ?? '';
  headers['x-forwarded-port'] ??=
    /:(\d+)$/.exec(message.headers.host ?? '')?.[1] ?? `${port === 443 ? 443 : 80}`;
  headers['x-forwarded-proto'] ??= 'http';
  headers['x-forwarded-server'] ??= hostname();
  const search = query.length === 0 ? '' : `?${query.join('?')}`;
  return { path, search, method: message.method ?? 'GET', headers, responseHeaders: {} };
}

function askedOf(message: IncomingMessage, { path, search, method }: Forwarded): Asked {
  const host = (message.headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
  return { method, host, path, query: new URLSearchParams(search), headers: message.headers };
}

function sendTo(response: ServerResponse, status: number, location: string): void {
  response.setHeader('Location', location);
  const words = {
    301: 'Moved Permanently',
    302: 'Found',
    307: 'Temporary Redirect',
    308: 'Permanent Redirect',
  };
  plain(response, status, Object.entries(words).find(([code]) => code === `${status}`)?.[1] ?? '');
}

/** The answer of Go's http.NotFound. */
export function notFound(response: ServerResponse): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  plain(response, 404, '404 page not found\n');
}
