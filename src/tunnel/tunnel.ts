import { posix } from 'node:path';
import { tunnel } from '../argv/tunnel.ts';
import { containerNamed } from '../containers/container.ts';
import { imageIsHere } from '../containers/service-state.ts';
import type { Host } from '../domain/ports/host.ts';
import { ProblemError } from '../domain/problem.ts';
import { productionStack } from '../targets/production.ts';
import type { Context } from '../workspace/context.ts';
import { apiPaths } from './api-paths.ts';
import { type Cloudflared, cloudflaredNamed, identityIn } from './cloudflared.ts';
import { type Zone, zoneOf } from './dns.ts';
import type { TunnelConfig } from './ingress/config-file.ts';
import type { Route } from './ingress/route.ts';
import { inspectLocalTunnel, type LocalAccess, type LocalTunnel } from './local-tunnel.ts';
import { noCloudflared, tokenNeeded, unknownTunnel } from './problems.ts';
import { inspectRemoteTunnel, type RemoteTunnel } from './remote-tunnel.ts';
import { type SingleOrigin, singleOrigin } from './single-origin.ts';

/** The running tunnel, and its routes, which are in a local file or at Cloudflare. */
export type Tunnel = {
  readonly cloudflared: Cloudflared;
  /** The origin that gets every request, if there are no rules and a setting names one: it becomes the last rule. */
  readonly origin: SingleOrigin | null;
} & (
  | { readonly is: 'local'; readonly access: LocalAccess; readonly local: LocalTunnel }
  | { readonly is: 'remote'; readonly remote: RemoteTunnel }
);

/** Returns the configured route. */
export function routeOf({ config }: Context): Route {
  return { hostname: config.publicHost, service: config.cloudflare.service };
}

/** Returns the container of cloudflared. @throws ProblemError if it does not exist, or does not run */
export async function runningCloudflared(context: Context): Promise<Cloudflared> {
  const { host } = productionStack(context);
  const name = nameOf(context);
  const found = await cloudflaredNamed(host, name, context.signal);
  if (found?.status !== 'running') throw new ProblemError(noCloudflared(host, name, found?.status ?? null));
  return found;
}

/** Reads the routes of the tunnel, from its file or from Cloudflare. @throws ProblemError, ApiRefusal, NetworkFault */
export async function inspectTunnel(context: Context, cloudflared: Cloudflared): Promise<Tunnel> {
  const { host } = productionStack(context);
  const { configured } = cloudflared;
  const { signal } = context;
  if (configured.at === 'cloudflare') return inspectAtCloudflare(context, cloudflared);
  const helper = (await helperImage(context)) ?? '';
  const access = {
    host,
    container: nameOf(context),
    cloudflared: { ...cloudflared, configured },
    helper,
    signal,
  };
  const local = await inspectLocalTunnel(access, routeOf(context), await apiPaths(context));
  const token = tokenIn(cloudflared, local.config);
  if (token === null) return { is: 'local', access, local, cloudflared, origin: local.origin };
  return inspectAtCloudflare(context, {
    ...cloudflared,
    configured: { at: 'cloudflare', ...identityIn(token) },
  });
}

/** Returns the token that a configuration file names, empty if it names a file; null if it names none. */
function tokenIn({ sets }: Cloudflared, { token, tokenFile }: TunnelConfig): string | null {
  if (token !== null && !sets.token) return token;
  return tokenFile !== null && !sets.tokenFile ? '' : null;
}

async function inspectAtCloudflare(context: Context, cloudflared: Cloudflared): Promise<Tunnel> {
  const { configured } = cloudflared;
  const { cloudflare: api, signal } = context;
  const route = routeOf(context);
  if (api === null) throw new ProblemError(tokenNeeded(nameOf(context)));
  const known = configured.at === 'cloudflare' ? configured.account : null;
  const zone = known === null ? await zoneOf(api, route.hostname, signal) : null;
  const { account, id } = await remoteIdentity(context, cloudflared, zone);
  const origin = singleOrigin(cloudflared.started, {});
  const remote = await inspectRemoteTunnel(
    api,
    { account, id, route, origin, paths: await apiPaths(context) },
    signal,
  );
  return { is: 'remote', remote, cloudflared, origin: remote.hasRules ? null : origin };
}

/**
 * Returns an image with a shell that is on the production host, to read files of other users with: the database's.
 * Null if it was not pulled yet.
 */
export async function helperImage(context: Context): Promise<string | null> {
  const stack = productionStack(context);
  const container = await containerNamed(stack.host, stack.containers.database.name, context.signal);
  if (container !== null) return container.image;
  const { image } = stack.containers.database;
  return (await imageIsHere(stack, image, context.signal)) ? image : null;
}

/** Returns account and tunnel from the token that cloudflared runs with; otherwise from its log and the zone. */
export async function remoteIdentity(
  context: Context,
  { id: container, configured }: Cloudflared,
  zone: Zone | null,
): Promise<{ readonly account: string; readonly id: string }> {
  const known = configured.at === 'cloudflare' ? configured : { account: null, tunnel: null };
  const account = known.account ?? zone?.account ?? null;
  const id = known.tunnel ?? (await idInLog(productionStack(context).host, container, context.signal));
  if (account === null || id === null)
    throw new ProblemError(unknownTunnel(productionStack(context).host, nameOf(context)));
  return { account, id };
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Returns the tunnel's UUID, to which the DNS record leads. @throws ProblemError if it is unknown */
export async function idOf(context: Context, tunnelFound: Tunnel): Promise<string> {
  const { cloudflared } = tunnelFound;
  const config = tunnelFound.is === 'local' ? tunnelFound.local.config : null;
  // cloudflared names its credentials file after the tunnel.
  const credentials = posix.basename(config?.credentialsFile ?? '', '.json');
  const named = [config?.tunnel ?? '', credentials].find((name) => uuid.test(name));
  if (named !== undefined) return named.toLowerCase();
  const known = cloudflared.configured.at === 'cloudflare' ? cloudflared.configured.tunnel : null;
  const id = known ?? (await idInLog(productionStack(context).host, cloudflared.id, context.signal));
  if (id === null) throw new ProblemError(unknownTunnel(productionStack(context).host, nameOf(context)));
  return id;
}

export async function idInLog(host: Host, container: string, signal: AbortSignal): Promise<string | null> {
  const { argv, input } = tunnel.idInLog(container);
  const { stdout } = await host.processes.run(argv, null, signal, undefined, { input });
  const id = stdout.trim().replace('tunnelID=', '');
  return uuid.test(id) ? id : null;
}

export function nameOf({ config }: Context): string {
  return config.cloudflare.container ?? '';
}
