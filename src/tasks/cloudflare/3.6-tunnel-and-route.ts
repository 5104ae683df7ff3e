import { allItems, inProduction } from '../../checklist/items.ts';
import { apiHealthy } from '../../documents/deployment-health.ts';
import type { PlannedChange } from '../../domain/change.ts';
import type { Evidence, OpenBox } from '../../domain/evidence.ts';
import type { BoxId } from '../../domain/phase.ts';
import { ApiRefusal, NetworkFault } from '../../domain/ports.ts';
import { type Problem, ProblemError } from '../../domain/problem.ts';
import { blocked, type CheckResult, type Finding, missing, type Step, satisfied } from '../../domain/step.ts';
import { locallyTested } from '../../host/locally-tested.ts';
import { productionStack, withoutContainers } from '../../targets/production.ts';
import { type DnsState, dnsChanges, dnsFindings, inspectDns, type Zone, zoneOf } from '../../tunnel/dns.ts';
import { localChanges, pendingLocalChanges } from '../../tunnel/local-changes.ts';
import { localFindings } from '../../tunnel/local-tunnel.ts';
import { hopEvidence, type Verdict } from '../../tunnel/probe/hop.ts';
import { probe } from '../../tunnel/probe/probe.ts';
import { routeEvidence, tunnelConnection } from '../../tunnel/probe/route-hops.ts';
import { hasSingleOrigin, noAddress } from '../../tunnel/problems.ts';
import { atCloudflare, remoteChanges } from '../../tunnel/remote-tunnel.ts';
import { assertRights } from '../../tunnel/rights.ts';
import { routeFindings } from '../../tunnel/route-text.ts';
import { namesTaken } from '../../tunnel/traefik.ts';
import {
  helperImage,
  idInLog,
  idOf,
  inspectTunnel,
  nameOf,
  remoteIdentity,
  routeOf,
  runningCloudflared,
  type Tunnel,
} from '../../tunnel/tunnel.ts';
import type { Context } from '../../workspace/context.ts';

/** Why the step is left out where nobody named a tunnel. */
export const noTunnel = 'no tunnel is configured: cloudflare.container names what runs cloudflared';

/** Milliseconds that Cloudflare and Traefik are given to take up what was just changed. */
const patience = 60_000;

const items = {
  rule: inProduction('3.6#1'),
  restarted: inProduction('3.6#2'),
  outside: inProduction('3.6#3'),
  traefik: inProduction('3.6#4'),
};

/** The tunnel's route and the DNS record, and the public way in asked from outside. */
export const tunnelAndRoute: Step<Context> = {
  id: '3.6',
  phase: 'cloudflare',
  title: 'tunnel and route',
  wanted: 'the public name routed through the tunnel and Traefik to PostgREST, and asked from outside',
  items: allItems(items),
  needs: [locallyTested, apiHealthy],
  skipReason: (context) =>
    withoutContainers(context) ?? (context.config.cloudflare.container === undefined ? noTunnel : undefined),
  check: (context) => look(context, 0),
  verify: (context) => look(context, patience),
  preview: changes,
  foresee: toCome,
};

/**
 * What can be told before the API is there: all of it, unless the file of the tunnel lies with somebody else and
 * the image that would look at it is not there yet.
 */
async function toCome(context: Context): Promise<readonly PlannedChange[] | Problem> {
  const cloudflared = await runningCloudflared(context);
  if (cloudflared.configured.at === 'cloudflare' || (await helperImage(context)) !== null)
    return changes(context);
  const own = pendingLocalChanges(nameOf(context), routeOf(context));
  const { cloudflare: api, signal } = context;
  const id = await idInLog(productionStack(context).host, cloudflared.id, signal);
  if (api === null || id === null) return own;
  await mayAll(context);
  const { hostname } = routeOf(context);
  const zone = await zoneOf(api, hostname, signal);
  const record = dnsChanges(await inspectDns(api, zone.id, hostname, id, signal), zone, hostname);
  return 'code' in record ? record : [...record, ...own];
}

/** The tunnel, and the record where there is a token to look at it with; else what a resolver says of the name. */
interface Seen {
  readonly tunnel: Tunnel;
  readonly dns: { readonly zone: Zone; readonly state: DnsState } | null;
  readonly address: 'there' | 'none' | 'unknown';
}

async function see(context: Context): Promise<Seen> {
  const cloudflared = await runningCloudflared(context);
  try {
    const tunnel = await inspectTunnel(context, cloudflared);
    assertRules(context, tunnel);
    const { cloudflare: api, signal } = context;
    if (api === null) return { tunnel, dns: null, address: await addressOf(context) };
    const { hostname } = routeOf(context);
    const [zone, id] = await Promise.all([zoneOf(api, hostname, signal), idOf(context, tunnel)]);
    const state = await inspectDns(api, zone.id, hostname, id, signal);
    return { tunnel, dns: { zone, state }, address: 'unknown' };
  } catch (error) {
    // Which right it is that the token lacks, is found out by asking for each.
    if (error instanceof ApiRefusal && (error.status === 401 || error.status === 403)) await mayAll(context);
    throw error;
  }
}

/** @throws ProblemError if a rule would cut off everything that the tunnel sends to its single origin */
function assertRules(context: Context, tunnel: Tunnel): void {
  const { state } = tunnel.is === 'local' ? tunnel.local : tunnel.remote;
  if (tunnel.origin === null || state.is === 'there') return;
  throw new ProblemError(hasSingleOrigin(nameOf(context), tunnel.origin, routeOf(context).hostname));
}

/** What can be told of the name's record without a token: whether it leads anywhere. */
async function addressOf({ config, web }: Context): Promise<Seen['address']> {
  if (config.cloudflare.connectTo !== undefined) return 'unknown';
  try {
    return (await web.addresses(config.publicHost)).length > 0 ? 'there' : 'none';
  } catch (error) {
    if (!(error instanceof NetworkFault)) throw error;
    return 'unknown';
  }
}

/** @throws ProblemError that names every right that the token lacks */
async function mayAll(context: Context): Promise<void> {
  const { cloudflare: api, signal } = context;
  if (api === null) return;
  const cloudflared = await runningCloudflared(context);
  const { hostname } = routeOf(context);
  const { configured } = cloudflared;
  const tunnelIn = async (zone: Zone | null) => {
    if (configured.at === 'file' || (configured.account === null && zone === null)) return null;
    return remoteIdentity(context, cloudflared, zone);
  };
  await assertRights(api, { host: hostname, tunnelIn }, signal);
}

function findingsOf(context: Context, { tunnel, dns }: Seen): readonly Finding[] {
  const route = routeOf(context);
  const own =
    tunnel.is === 'local'
      ? localFindings(tunnel.local, route)
      : routeFindings(atCloudflare, tunnel.remote.state, route);
  return [...own, ...(dns === null ? [] : dnsFindings(dns.state, route.hostname))];
}

async function changes(context: Context): Promise<readonly PlannedChange[] | Problem> {
  const seen = await see(context);
  const route = routeOf(context);
  const own =
    seen.tunnel.is === 'local'
      ? await localChanges(seen.tunnel.access, seen.tunnel.local, route)
      : remoteChanges(seen.tunnel.remote, nameOf(context), route);
  if ('code' in own) return own;
  const record = seen.dns === null ? [] : dnsChanges(seen.dns.state, seen.dns.zone, route.hostname);
  if ('code' in record) return record;
  const all = [...record, ...own];
  if (all.some((one) => one.status === 'exact' && one.change.kind === 'request')) await mayAll(context);
  return all;
}

async function look(context: Context, given: number): Promise<CheckResult> {
  // Before the way is opened: behind it, another's container would get requests of ours, with their tokens.
  const taken = await namesTaken(context);
  if (taken !== null) return blocked(taken);
  const seen = await see(context);
  if (seen.dns === null && seen.address === 'none') return blocked(noAddress(routeOf(context).hostname));
  const findings = findingsOf(context, seen);
  if (findings.length > 0) return missing(...findings);
  const probed = await probe(context, given);
  const hops = hopEvidence(probed.hops, context.config.cloudflare);
  if (probed.problem !== null) throw new ProblemError({ ...probed.problem, evidence: hops });
  const boxes = await boxesOf(context, seen, probed.asked);
  return satisfied(
    `${routeOf(context).hostname} answers from outside`,
    [...boxes.filter((one) => 'target' in one), ...hops],
    boxes.filter((one) => 'reason' in one),
  );
}

async function boxesOf(
  context: Context,
  { tunnel, dns, address }: Seen,
  asked: readonly string[],
): Promise<readonly (Evidence | OpenBox)[]> {
  const { hostname, service } = routeOf(context);
  const target = 'production';
  const [connection, route] = await Promise.all([tunnelConnection(context), routeEvidence(context)]);
  const { state } = tunnel.is === 'local' ? tunnel.local : tunnel.remote;
  const rule = state.is === 'there' ? `rule ${state.rule + 1}` : 'a rule';
  const where =
    tunnel.is === 'local' ? tunnel.local.path : `${atCloudflare}, version ${tunnel.remote.version}`;
  const live = tunnel.is === 'local' ? '' : '; its configuration applies without a restart';
  return [
    { box: items.rule.id, target, summary: `${rule} of ${where} sends ${hostname} to ${service}` },
    proven(
      items.restarted.id,
      connection,
      `runs since ${tunnel.cloudflared.startedAt}: ${connection.found}${live}`,
    ),
    { box: items.outside.id, target, summary: asked.join('; '), facts: { host: hostname } },
    proven(items.traefik.id, route, route.found),
    {
      target,
      summary: dns === null ? addressWords[address] : `${hostname} is a proxied CNAME to ${dns.state.target}`,
    },
  ];
}

/** Of a name whose record nobody gave a token for. */
const addressWords = {
  there: 'DNS has an address for the name; its record was not looked at, for want of a token',
  none: 'DNS has no address for the name',
  unknown: 'DNS was not looked at: connect-to asks another address, or no resolver answers',
} as const;

/** The way in may be well where a look at one part of it cannot tell: its box stays open then. */
function proven(box: BoxId, { verdict, found }: Verdict, summary: string): Evidence | OpenBox {
  return verdict === 'ok' ? { box, target: 'production', summary } : { box, reason: `${verdict}: ${found}` };
}
