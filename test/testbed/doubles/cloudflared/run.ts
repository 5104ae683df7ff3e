import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createJsonLog, createLog } from '../parts/console-log.ts';
import { listen } from '../parts/listen.ts';
import { type ConfigFile, ConfigFileError, readConfigFile } from './config-file.ts';
import { type Edge, keepConnected } from './connection.ts';
import { type Credentials, readCredentialsFile, readToken } from './credentials.ts';
import { IngressError, parseIngress } from './ingress.ts';
import { createMetricsServer } from './metrics-server.ts';
import { singleOriginRules } from './single-origin.ts';
import type { Tunnel } from './tunnel.ts';
import { version } from './version.ts';
import type { Words } from './words.ts';

/** The number of connections that the real cloudflared opens. */
const haConnections = 4;

/**
 * `tunnel run`: connects the tunnel, and serves until SIGTERM.
 * @returns the exit code: 1 for an unreadable configuration, 255 for an invalid token
 */
export async function run(words: Words, env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const { flags, commands } = words;
  const write = (line: string) => console.error(line);
  const log = flags.get('output') === 'json' ? createJsonLog(write) : createLog('info', write);
  log('info', `Version ${version}`);
  try {
    const file = readConfigFile(flags.get('config'));
    const token = tokenOf(flags, env, file);
    const credentials = token === undefined ? localCredentials(file, flags, commands[2]) : readToken(token);
    if (credentials === undefined)
      return said("Provided Tunnel token is not valid.\nSee 'cloudflared tunnel run --help'.", 255);
    // With a token, the ingress of a local file is ignored.
    const rules =
      token === undefined && file.config.ingress.length > 0
        ? parseIngress(file.config.ingress, file.config.originRequest)
        : singleOriginRules(words, file);
    const stopping = new AbortController();
    const tunnel: Tunnel = {
      credentials,
      connector: randomUUID(),
      log,
      stopping: stopping.signal,
      rules,
      version: -1,
      connected: new Set(),
    };
    log('info', `Starting tunnel`, { tunnelID: credentials.tunnel });
    log('info', `Generated Connector ID: ${tunnel.connector}`);
    if (token === undefined && rules.length === 0)
      log(
        'warn',
        'No ingress rules were defined in provided config (if any) nor from the cli, cloudflared will return 503 for all incoming HTTP requests',
      );
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.on(signal, () => {
        log(
          'info',
          `Initiating graceful shutdown due to signal ${signal === 'SIGTERM' ? 'terminated' : 'interrupt'} ...`,
        );
        stopping.abort();
      });
    const metrics = createMetricsServer(tunnel);
    const { host, port } = addressOf(flags.get('metrics') ?? file.config.metrics ?? '127.0.0.1:20241');
    const listening = await listen(metrics, port, host);
    log('info', `Starting metrics server on ${listening.host}:${listening.port}/metrics`);
    const edge = addressOf(env.DOUBLE_EDGE ?? '');
    await Promise.all(
      Array.from({ length: haConnections }, (_, index) => keepConnected(tunnel, edge, index)),
    );
    log('info', 'Tunnel server stopped');
    metrics.close();
    metrics.closeAllConnections();
    log('info', 'Metrics server stopped');
    return 0;
  } catch (error) {
    if (error instanceof IngressError) return said(`Validation failed: ${error.message}`, 1);
    if (error instanceof ConfigFileError || error instanceof Error) return said(error.message, 1);
    throw error;
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Finds the tunnel by UUID, or by name if the credentials file contains its UUID. */
function localCredentials(
  { config }: ConfigFile,
  flags: Words['flags'],
  argument: string | undefined,
): Credentials {
  const named = argument ?? config.tunnel;
  if (named === '')
    throw new Error(
      '"cloudflared tunnel run" requires the ID or name of the tunnel to run as the last command line argument or in the configuration file.',
    );
  const path = flags.get('credentials-file') ?? config['credentials-file'];
  if (path === undefined)
    throw new Error(`Tunnel credentials file not found: the double looks for none by itself`);
  const credentials = readCredentialsFile(path);
  const tunnel = uuid.test(named) ? named : credentials.tunnel;
  if (tunnel === '') throw new Error(`${named} is neither the ID nor the name of any of your tunnels`);
  return { ...credentials, tunnel };
}

function addressOf(text: string): Edge {
  const [, host, port] = /^(.*):(\d+)$/.exec(text) ?? [];
  if (host === undefined)
    throw new Error(`"${text}" is no HOST:PORT (the double's edge is named by DOUBLE_EDGE)`);
  return { host: host === '' ? '0.0.0.0' : host.replace(/^localhost$/, '127.0.0.1'), port: Number(port) };
}

/**
 * Returns the token; a blank one counts as missing. The token of the file is used unless the variable is set, even if
 * empty.
 */
function tokenOf(
  flags: Words['flags'],
  env: Readonly<Record<string, string | undefined>>,
  { config }: ConfigFile,
) {
  const token = flags.get('token') ?? (env.TUNNEL_TOKEN === undefined ? config.token : undefined);
  const path =
    flags.get('token-file') ?? (env.TUNNEL_TOKEN_FILE === undefined ? config['token-file'] : undefined);
  return token || fileText(path);
}

const fileText = (path: string | undefined) =>
  path === undefined ? undefined : readFileSync(path, 'utf8').trim();

function said(message: string, code: number): number {
  console.error(message);
  return code;
}
