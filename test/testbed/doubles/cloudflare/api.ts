import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { bodyOf } from '../parts/body.ts';
import { double } from '../parts/double.ts';
import type { Call, Calls } from './call.ts';
import { controlPanel } from './control.ts';
import { dnsCalls } from './dns-calls.ts';
import type { Edge } from './edge.ts';
import { ApiFailure, fail, send, succeed } from './envelope.ts';
import { cut, type Faults } from './faults.ts';
import type { State, Token } from './state.ts';
import { tunnelCalls } from './tunnel-calls.ts';
import { zoneCalls } from './zone-calls.ts';

const calls: Calls = { ...zoneCalls, ...dnsCalls, ...tunnelCalls };

/**
 * The part of Cloudflare's API under /client/v4 that issue 6 of the project requires, and /double, which controls the
 * double.
 */
export function createApi(state: State, edge: Edge, faults: Faults): Server {
  return createServer((message, response) => {
    response.setHeader('Server', `cloudflare (${double})`);
    answer(state, edge, faults, message, response).catch((error) => {
      if (error instanceof ApiFailure) fail(response, error);
      else
        send(response, 500, {
          success: false,
          errors: [{ code: 10001, message: String(error) }],
          messages: [],
        });
    });
  });
}

async function answer(
  state: State,
  edge: Edge,
  faults: Faults,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(message.url ?? '/', 'http://localhost');
  const text = await bodyOf(message);
  const method = message.method ?? 'GET';
  if (pathname.startsWith('/double/'))
    return controlPanel(state, faults, `${method} ${pathname}`, text, response);
  const path = pathname.replace(/^\/client\/v4/, '');
  const fault = faults.take(method, path);
  if (fault?.change === true) changeMeanwhile(state, edge);
  if (fault?.cut === 'before') return cut(message.socket);
  if (fault?.status !== undefined) {
    for (const [name, value] of Object.entries(fault.headers)) response.setHeader(name, value);
    return send(response, fault.status, fault.body);
  }
  const token = tokenOf(state, message.headers.authorization, path);
  if (path === '/user/tokens/verify') {
    const messages = [{ code: 10000, message: 'This API Token is valid and active', type: null }];
    return succeed(response, { result: { id: token.id, status: token.status }, messages }, searchParams);
  }
  const result = called(method, path, {
    state,
    edge,
    token,
    query: searchParams,
    body: text === '' ? undefined : parsed(text),
  });
  if (fault?.cut === 'after') return cut(message.socket);
  succeed(response, { result }, searchParams);
}

function called(method: string, path: string, call: Omit<Call, 'ids'>): unknown {
  for (const [pattern, handle] of Object.entries(calls)) {
    const [verb, route = ''] = pattern.split(' ');
    const ids = verb === method ? new RegExp(`^${route.replaceAll('*', '([^/]+)')}$`).exec(path) : null;
    if (ids !== null) return handle({ ...call, ids: ids.slice(1) });
  }
  throw new ApiFailure(404, 7003, `Could not route to ${path}, perhaps your object identifier is invalid?`);
}

function tokenOf({ tokens }: State, authorization: string | undefined, path: string): Token {
  if (authorization === undefined)
    throw new ApiFailure(400, 9106, 'Missing X-Auth-Key, X-Auth-Email or Authorization headers');
  const value = /^Bearer (\S+)$/.exec(authorization)?.[1];
  if (value === undefined) throw new ApiFailure(400, 6003, 'Invalid request headers');
  const token = tokens.find((one) => one.value === value);
  if (token?.status === 'active') return token;
  throw path === '/user/tokens/verify'
    ? new ApiFailure(401, 1000, 'Invalid API Token')
    : new ApiFailure(403, 9109, 'Invalid access token');
}

/** Simulates another user who adds a route between a read and a write. */
function changeMeanwhile({ tunnels }: State, edge: Edge): void {
  for (const tunnel of tunnels.filter(({ config }) => config !== null)) {
    const ingress = tunnel.config?.ingress ?? [];
    const added = { hostname: `meanwhile-${tunnel.version + 1}.example.com`, service: 'http://elsewhere:80' };
    tunnel.config = { ...tunnel.config, ingress: [added, ...ingress] };
    tunnel.version += 1;
    edge.configure(tunnel);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiFailure(400, 6007, 'Malformed JSON in request body');
  }
}
