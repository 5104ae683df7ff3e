import { posix } from 'node:path';
import { tunnel } from '../argv/tunnel.ts';
import { composeAsset } from '../containers/compose-asset.ts';
import { containerNamed } from '../containers/container.ts';
import { imageOf } from '../containers/service-changes.ts';
import { imageIsHere } from '../containers/service-state.ts';
import { services } from '../containers/stack.ts';
import type { Host } from '../domain/ports.ts';
import { ProblemError } from '../domain/problem.ts';
import { productionStack } from '../targets/production.ts';
import type { Context } from '../workspace/context.ts';
import { type Cloudflared, cloudflaredNamed } from './cloudflared.ts';
import { type Zone, zoneOf } from './dns.ts';
import type { Route } from './ingress/route.ts';
import { type LocalPlace, type LocalTunnel, lookAtLocalTunnel } from './local-tunnel.ts';
import { noCloudflared, tokenWanted, unknownTunnel } from './problems.ts';
import { lookAtRemoteTunnel, type RemoteTunnel } from './remote-tunnel.ts';
import { type SingleOrigin, singleOrigin } from './single-origin.ts';

/** The tunnel as it runs, and where its routes are kept. */
export type Tunnel = {
  readonly cloudflared: Cloudflared;
  /** Where every request goes, if there are no rules and something names one origin: a rule would end that. */
  readonly origin: SingleOrigin | null;
} & (
  | { readonly is: 'local'; readonly place: LocalPlace; readonly local: LocalTunnel }
  | { readonly is: 'remote'; readonly remote: RemoteTunnel }
);

/** The route that is wanted. */
export function routeOf({ config }: Context): Route {
  return { hostname: config.publicHost, service: config.cloudflare.service };
}

/** cloudflared's container, running. @throws ProblemError where there is none, or it does not run */
export async function runningCloudflared(context: Context): Promise<Cloudflared> {
  const { host } = productionStack(context);
  const name = nameOf(context);
  const found = await cloudflaredNamed(host, name, context.signal);
  if (found?.status !== 'running') throw new ProblemError(noCloudflared(host, name, found?.status ?? null));
  return found;
}

/** Where the routes are kept, and how they stand. @throws ProblemError, ApiRefusal, NetworkFault */
export async function lookAtTunnel(context: Context, cloudflared: Cloudflared): Promise<Tunnel> {
  const { host } = productionStack(context);
  const { configured } = cloudflared;
  const { signal } = context;
  const route = routeOf(context);
  const container = nameOf(context);
  if (configured.at === 'file') {
    const helper = (await helperImage(context)) ?? '';
    const place = { host, container, cloudflared: { ...cloudflared, configured }, helper, signal };
    const local = await lookAtLocalTunnel(place, route);
    return { is: 'local', place, local, cloudflared, origin: local.origin };
  }
  const { cloudflare: api } = context;
  if (api === null) throw new ProblemError(tokenWanted(container));
  const zone = configured.account === null ? await zoneOf(api, route.hostname, signal) : null;
  const { account, id } = await remoteIdentity(context, cloudflared, zone);
  const remote = await lookAtRemoteTunnel(api, account, id, route, signal);
  const origin = remote.hasRules ? null : singleOrigin(cloudflared.origins);
  return { is: 'remote', remote, cloudflared, origin };
}

/**
 * An image with a shell that is on the droplet, by which files of others are looked at: the database's. Null where
 * it is not there yet.
 */
export async function helperImage(context: Context): Promise<string | null> {
  const stack = productionStack(context);
  const container = await containerNamed(stack.host, services.database.name, context.signal);
  if (container !== null) return container.image;
  const text = await context.assets.read(composeAsset);
  const image = imageOf(text, services.database) ?? '';
  return (await imageIsHere(stack, image, context.signal)) ? image : null;
}

/** Account and tunnel, by the token that it runs with; else by its log, and the zone of the public name. */
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

/** The tunnel's UUID, which a DNS record leads to. @throws ProblemError where nobody knows it */
export async function idOf(context: Context, tunnelFound: Tunnel): Promise<string> {
  const { cloudflared } = tunnelFound;
  const config = tunnelFound.is === 'local' ? tunnelFound.local.config : null;
  // cloudflared names the file of its credentials by the tunnel.
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
