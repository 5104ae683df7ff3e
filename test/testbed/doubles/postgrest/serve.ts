import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import pg from 'pg';
import { apacheTime } from '../parts/apache-time.ts';
import { type Listening, listen } from '../parts/listen.ts';
import { createAdminServer } from './admin-server.ts';
import type { Answer } from './answer.ts';
import { answer } from './answer-request.ts';
import { ApiError } from './api-error.ts';
import type { Config } from './config.ts';
import { keepListening } from './listener.ts';
import { createLoader, unlessStopping } from './loader.ts';
import { log } from './log.ts';
import type { State } from './state.ts';
import { version } from './version.ts';

export interface Service {
  readonly api: Listening;
  readonly admin: Listening | undefined;
  stop(): Promise<void>;
}

/** Serves immediately, and loads the schema in the background, with retries until it succeeds. */
export async function serve(config: Config, exit: (code: number) => void): Promise<Service> {
  const stopping = new AbortController();
  const state: State = {
    pool: createPool(config),
    stopping: stopping.signal,
    exit,
    given: config,
    config,
    roleSettings: new Map(),
    cache: undefined,
    loaded: false,
    listening: false,
  };
  const apiServer = createServer((message, response) => void respond(state, message, response));
  const adminServer = createAdminServer(state);
  const api = await listen(apiServer, config.serverPort, addressOf(config.serverHost));
  log(`API server listening on ${api.host}:${api.port}`);
  const admin =
    config.adminServerPort === undefined
      ? undefined
      : await listen(adminServer, config.adminServerPort, addressOf(config.adminServerHost));
  if (admin !== undefined) log(`Admin server listening on ${admin.host}:${admin.port}`);
  const reload = createLoader(state);
  reload();
  const listening = keepListening(state, reload).catch(unlessStopping(state));
  return {
    api,
    admin,
    stop: async () => {
      stopping.abort();
      for (const server of [apiServer, adminServer]) {
        server.close();
        server.closeAllConnections();
      }
      await listening;
      await state.pool.end();
    },
  };
}

function createPool({ dbUri, dbPool }: Config): pg.Pool {
  const pool = new pg.Pool({
    connectionString: dbUri,
    application_name: 'PostgREST 14.17 (double)',
    max: dbPool,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    maxLifetimeSeconds: 1800,
  });
  // The pool removes a connection that drops while idle; the next request reports the problem.
  pool.on('error', () => undefined);
  return pool;
}

/** Warp's special names: any address of IPv4, of IPv6, or of both. */
const addressOf = (host: string) =>
  ({ '!4': '0.0.0.0', '*4': '0.0.0.0', '*': '0.0.0.0', '!6': '::', '*6': '::' })[host] ?? host;

async function respond(state: State, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, headers, body } = await answer(state, message).catch(errorAnswer);
  response.writeHead(status, {
    Server: `postgrest/${version}`,
    ...headers,
    ...(status === 204 ? {} : { 'Content-Length': Buffer.byteLength(body) }),
  });
  response.end(message.method === 'HEAD' ? '' : body);
  if (isLogged(state.config.logLevel, status)) logAccess(message, status);
}

/** Like errorResponseFor in PostgREST/postgrest, src/PostgREST/Error.hs. */
function errorAnswer(error: unknown): Answer {
  if (!(error instanceof ApiError)) throw error;
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Proxy-Status': `PostgREST; error=${error.code}`,
    ...error.headers,
  };
  return { status: error.status, headers, body: error.body };
}

const isLogged = (level: Config['logLevel'], status: number) =>
  status >= { crit: 600, error: 500, warn: 400, info: 0, debug: 0 }[level];

/** Logs a request on stdout in Apache's format, as PostgREST does. */
function logAccess({ socket, method, url, headers }: IncomingMessage, status: number): void {
  const agent = headers['user-agent'] ?? '';
  console.log(
    `${socket.remoteAddress} - - [${apacheTime()}] "${method} ${url} HTTP/1.1" ${status} - "" "${agent}"`,
  );
}
