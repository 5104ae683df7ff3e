import { createHash } from 'node:crypto';
import { z } from 'zod';
import { noneOfThem, tunnel } from '../argv/tunnel.ts';
import { askEngine } from '../containers/ask-engine.ts';
import { FileFault, type Host } from '../domain/ports.ts';
import { ProblemError } from '../domain/problem.ts';
import type { Finding } from '../domain/step.ts';
import { type Cloudflared, onHost } from './cloudflared.ts';
import { readTunnelConfig, type TunnelConfig } from './ingress/config-file.ts';
import { type Route, type RouteState, routeState } from './ingress/route.ts';
import { catchAllRule } from './ingress/splice.ts';
import { noConfigFile, unsoundConfig } from './problems.ts';
import { routeFindings } from './route-words.ts';
import { originSettingsIn, ruleOf, type SingleOrigin, singleOrigin } from './single-origin.ts';

/** Where cloudflared's own file is looked at. */
export interface LocalPlace {
  readonly host: Host;
  /** Name of cloudflared's container, for people. */
  readonly container: string;
  readonly cloudflared: Cloudflared & { readonly configured: { readonly at: 'file' } };
  /** An image with a shell, that is there: the database's. */
  readonly helper: string;
  readonly signal: AbortSignal;
}

/** The file that a tunnel goes by, and how it stands towards the route. */
export interface LocalTunnel {
  /** On the host, absolute. */
  readonly path: string;
  readonly sha256: string;
  readonly config: TunnelConfig;
  readonly state: RouteState;
  /** Where every request goes, if the file has no rules and something names one origin. */
  readonly origin: SingleOrigin | null;
  /** Whether cloudflared started before the file was last changed: it goes by an older one. */
  readonly stale: boolean;
  /** A new configuration that waits to be confirmed, or that nobody confirmed nor took back; null where none is. */
  readonly unsettled: 'pending' | 'abandoned' | null;
}

/** @throws ProblemError where there is no such file, or it cannot be given a route */
export async function lookAtLocalTunnel(place: LocalPlace, route: Route): Promise<LocalTunnel> {
  const { host, cloudflared, helper, signal, container } = place;
  const { paths } = cloudflared.configured;
  const { argv, input } = tunnel.readFirst(cloudflared.id, helper, paths);
  const [read, unsettled] = await Promise.all([
    askEngine(host, argv, signal, noneOfThem, input),
    unsettledOn(host, signal),
  ]);
  const [real = '', changed = '', sha256 = '', bytes = ''] = read.stdout.split('\n');
  const mapped = read.exitCode === 0 ? onHost(cloudflared, real) : null;
  const path = mapped === null ? null : await withoutLinks(host, mapped, signal);
  if (path === null) throw new ProblemError(noConfigFile(host, container, paths));
  const text = Buffer.from(bytes, 'base64').toString('utf8');
  if (createHash('sha256').update(text).digest('hex') !== sha256) {
    throw new ProblemError(unsoundConfig(path, [{ line: 1, what: 'it is not UTF-8 text' }]));
  }
  const config = readTunnelConfig(text);
  if ('faults' in config) throw new ProblemError(unsoundConfig(path, config.faults));
  const hasRules = config.rules.length > 0;
  const origin = hasRules
    ? null
    : singleOrigin([...cloudflared.origins, ...originSettingsIn(config.content)]);
  const state = routeState(
    hasRules ? config.rules : [origin === null ? catchAllRule : ruleOf(origin)],
    route,
  );
  if (state.is === 'unreadable') {
    const what = `rule ${state.rule + 1}: its path is a regular expression that erp-deploy does not read`;
    throw new ProblemError(unsoundConfig(path, [{ line: 1, what }]));
  }
  const stale = Number(changed) * 1000 > Date.parse(cloudflared.startedAt);
  return { path, sha256, config, state, origin, stale, unsettled };
}

const unsettledSchema = z.enum(['pending', 'abandoned']).or(z.literal('').transform(() => null));

/** Returns what waits to be confirmed on the host; null if nothing does. */
async function unsettledOn(
  { processes }: Host,
  signal: AbortSignal,
): Promise<z.infer<typeof unsettledSchema>> {
  try {
    const { argv, input } = tunnel.unsettled();
    const { stdout } = await processes.run(argv, '.', signal, undefined, { input });
    return unsettledSchema.parse(stdout.trim());
  } catch (error) {
    // On a new server 3.1 has not made the deployment's folder yet.
    if (error instanceof FileFault && error.errno === 'ENOENT') return null;
    throw error;
  }
}

/** Where a file on the host really lies: one that is mounted alone may be a link there, and has to stay one. */
async function withoutLinks({ processes }: Host, path: string, signal: AbortSignal): Promise<string> {
  const { exitCode, stdout } = await processes.run(['readlink', '-f', '--', path], null, signal);
  // Somebody else's folder cannot be walked; the change refuses what is a link then.
  return exitCode === 0 && stdout.trim() !== '' ? stdout.trim() : path;
}

/** What is missing; empty where nothing is. */
export function localFindings(found: LocalTunnel, route: Route): readonly Finding[] {
  const { path, state, stale, unsettled } = found;
  return [
    ...routeFindings(path, state, route),
    ...(stale && state.is === 'there'
      ? [
          {
            what: 'cloudflared',
            wanted: `started since ${path} was changed`,
            found: 'runs with an older one',
          },
        ]
      : []),
    ...(unsettled === null
      ? []
      : [{ what: path, wanted: 'confirmed over a new connection', found: waiting[unsettled] }]),
  ];
}

const waiting = {
  pending: 'waits for it, or is taken back',
  abandoned: 'neither confirmed nor taken back: the host went down meanwhile',
} as const;
