import { createHash } from 'node:crypto';
import * as z from 'zod';
import { noneOfThem, tunnel } from '../argv/tunnel.ts';
import { askDocker } from '../containers/ask-docker.ts';
import { FileFault } from '../domain/ports/files.ts';
import type { Host } from '../domain/ports/host.ts';
import { ProblemError } from '../domain/problem.ts';
import type { Finding } from '../domain/step.ts';
import { type Cloudflared, onHost } from './cloudflared.ts';
import { readTunnelConfig, type TunnelConfig } from './ingress/config-file.ts';
import { type Route, type RouteState, routeState } from './ingress/route.ts';
import { invalidConfig, noConfigFile } from './problems.ts';
import { routeFindings } from './route-text.ts';
import { type SingleOrigin, singleOrigin } from './single-origin.ts';

/** What is needed to read the configuration file of cloudflared. */
export interface LocalAccess {
  readonly host: Host;
  /** The name of cloudflared's container. */
  readonly container: string;
  readonly cloudflared: Cloudflared & { readonly configured: { readonly at: 'file' } };
  /** An image with a shell that the host has: the database's. */
  readonly helper: string;
  readonly signal: AbortSignal;
}

/** The configuration file of a tunnel, and its state with regard to the route. */
export interface LocalTunnel {
  /** The absolute path on the host. */
  readonly path: string;
  readonly sha256: string;
  readonly config: TunnelConfig;
  readonly state: RouteState;
  /** The origin that gets every request, if the file has no rules and a setting names one. */
  readonly origin: SingleOrigin | null;
  /** Whether cloudflared started before the file was last changed, so that it runs with an older version. */
  readonly stale: boolean;
  /** A new configuration that awaits confirmation, or was neither confirmed nor reverted; null if there is none. */
  readonly unsettled: 'pending' | 'abandoned' | null;
}

/**
 * @param paths the paths of the API
 * @throws ProblemError if there is no such file, or cloudflared would refuse it
 */
export async function inspectLocalTunnel(
  access: LocalAccess,
  route: Route,
  paths: readonly string[],
): Promise<LocalTunnel> {
  const { host, cloudflared, helper, signal, container } = access;
  const files = cloudflared.configured.paths;
  const { argv, input } = tunnel.readFirst(cloudflared.id, helper, files);
  const [read, unsettled] = await Promise.all([
    askDocker(host, argv, signal, { absent: noneOfThem, input, inspects: false }),
    unsettledOn(host, signal),
  ]);
  const [real = '', changed = '', sha256 = '', bytes = ''] = read.stdout.split('\n');
  const mapped = read.exitCode === 0 ? onHost(cloudflared, real) : null;
  const path = mapped === null ? null : await withoutLinks(host, mapped, signal);
  if (path === null) throw new ProblemError(noConfigFile(host, container, files));
  const text = Buffer.from(bytes, 'base64').toString('utf8');
  if (createHash('sha256').update(text).digest('hex') !== sha256) {
    throw new ProblemError(invalidConfig(path, [{ line: 1, what: 'it is not UTF-8 text' }]));
  }
  const config = readTunnelConfig(text);
  if ('faults' in config) throw new ProblemError(invalidConfig(path, config.faults));
  const hasRules = config.rules.length > 0;
  const origin = hasRules ? null : singleOrigin(cloudflared.started, config.content);
  const only = { hostname: '', path: '', service: origin?.service ?? 'http_status:404' };
  const state = routeState(hasRules ? config.rules : [only], route, paths);
  const stale = Number(changed) * 1000 > Date.parse(cloudflared.startedAt);
  return { path, sha256, config, state, origin, stale, unsettled };
}

const unsettledSchema = z.enum(['pending', 'abandoned']).or(z.literal('').transform(() => null));

/** Returns the state of a configuration on the host that is not confirmed yet; null if there is none. */
async function unsettledOn(
  { processes }: Host,
  signal: AbortSignal,
): Promise<z.infer<typeof unsettledSchema>> {
  try {
    const { argv, input } = tunnel.unsettled();
    const { stdout } = await processes.run(argv, '.', signal, undefined, { input });
    return unsettledSchema.parse(stdout.trim());
  } catch (error) {
    // On a new server, 3.1 has not created the folder of the deployment yet.
    if (error instanceof FileFault && error.errno === 'ENOENT') return null;
    throw error;
  }
}

/** Resolves symbolic links: a file that is mounted by itself may be a link on the host, and has to stay one. */
async function withoutLinks({ processes }: Host, path: string, signal: AbortSignal): Promise<string> {
  const { exitCode, stdout } = await processes.run(['readlink', '-f', '--', path], null, signal);
  // Without access to the folder, the link stays unresolved; the change then refuses a link.
  return exitCode === 0 && stdout.trim() !== '' ? stdout.trim() : path;
}

/** Returns how the tunnel differs from what the route needs. */
export function localFindings(found: LocalTunnel, route: Route): readonly Finding[] {
  const { path, state, stale, unsettled } = found;
  return [
    ...routeFindings(path, state, route, found.origin),
    ...(stale && state.is === 'there'
      ? [
          {
            what: 'cloudflared',
            expected: `started after the last change of ${path}`,
            actual: 'runs with an older version',
          },
        ]
      : []),
    ...(unsettled === null
      ? []
      : [{ what: path, expected: 'confirmed over a new connection', actual: unsettledText[unsettled] }]),
  ];
}

const unsettledText = {
  pending: 'awaits confirmation, or is reverted',
  abandoned: 'neither confirmed nor reverted: the host went down meanwhile',
} as const;
