import type { IncomingMessage, ServerResponse } from 'node:http';
import { apacheTime } from '../parts/apache-time.ts';
import { createLog, type Log } from '../parts/console-log.ts';
import { type Listening, listen } from '../parts/listen.ts';
import { createApi } from './api.ts';
import { engineAt } from './engine.ts';
import { createEntryPoint } from './entry-point.ts';
import type { StaticConfig } from './flags.ts';
import { watchContainers } from './provider.ts';
import { createRuntime, nothing, type Runtime } from './runtime.ts';
import { version } from './version.ts';

export interface Service {
  /** Addresses by entry point; `traefik` is the internal one. */
  readonly listening: ReadonlyMap<string, Listening>;
  stop(): Promise<void>;
}

/** Opens the entry points, and serves according to the labels of the containers. */
export async function serve(config: StaticConfig, log: Log): Promise<Service> {
  // Logged at every level, so that the double is not mistaken for the real program.
  createLog('info', (line) => console.log(line))('info', `Traefik version ${version}`);
  const stopping = new AbortController();
  let runtime: Runtime = nothing;
  const requests = { count: 0 };
  const listening = new Map<string, Listening>();
  const servers = config.entryPoints
    .filter(({ name }) => name !== 'traefik')
    .map((one) => ({ ...one, server: createEntryPoint(one, config, () => runtime, accessLogger(requests)) }));
  const internal = config.entryPoints.find(({ name }) => name === 'traefik');
  const api = {
    name: 'traefik',
    host: internal?.host ?? '',
    port: internal?.port ?? 8080,
    server: createApi(config, () => runtime),
  };
  const all = config.apiInsecure || config.ping ? [...servers, api] : servers;
  for (const { name, host, port, server } of all)
    listening.set(name, await listen(server, port, host || '0.0.0.0'));
  const watching = config.docker.on
    ? watchContainers(engineAt(config.docker.socket), config, log, stopping.signal, (configuration) => {
        runtime = createRuntime(configuration, config.entryPoints, log);
      })
    : Promise.resolve();
  return {
    listening,
    stop: async () => {
      stopping.abort();
      for (const { server } of all) {
        server.close();
        server.closeAllConnections();
      }
      await watching;
    },
  };
}

/** The common log format with Traefik's additions: a counter, the router, the server, and the duration. */
function accessLogger(requests: { count: number }) {
  return (message: IncomingMessage, response: ServerResponse, router: string, server: string) => {
    requests.count += 1;
    const client = message.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '-';
    const line = `"${message.method} ${message.url} HTTP/${message.httpVersion}"`;
    const size = response.getHeader('content-length') ?? '-';
    const named = `${requests.count} "${router}" "${server}" 0ms`;
    console.log(`${client} - - [${apacheTime()}] ${line} ${response.statusCode} ${size} "-" "-" ${named}`);
  };
}
