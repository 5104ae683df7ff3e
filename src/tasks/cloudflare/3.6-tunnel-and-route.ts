import { allItems, inProduction } from '../../checklist/items.ts';
import { apiHealthy } from '../../documents/deployment-health.ts';
import type { PlannedChange } from '../../domain/change.ts';
import type { Evidence, OpenItem } from '../../domain/evidence.ts';
import type { ItemId } from '../../domain/phase.ts';
import { ApiRefusal } from '../../domain/ports/cloudflare.ts';
import { NetworkFault } from '../../domain/ports/http.ts';
import { type Problem, ProblemError } from '../../domain/problem.ts';
import { blocked, type CheckResult, type Finding, missing, type Step, satisfied } from '../../domain/step.ts';
import { locallyTested } from '../../host/locally-tested.ts';
import { productionStack, withoutContainers } from '../../targets/production.ts';
import type { Cloudflared } from '../../tunnel/cloudflared.ts';
import { type DnsState, dnsChanges, dnsFindings, inspectDns, type Zone, zoneOf } from '../../tunnel/dns.ts';
import { localChanges, pendingLocalChanges } from '../../tunnel/local-changes.ts';
import { localFindings } from '../../tunnel/local-tunnel.ts';
import { storedFields } from '../../tunnel/origin-options.ts';
import { hopEvidence, type Verdict } from '../../tunnel/probe/hop.ts';
import { type Probed, probe } from '../../tunnel/probe/probe.ts';
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

/** Why the step is skipped if no tunnel is configured. */
export const noTunnel = 'no tunnel is configured: cloudflare.container names the cloudflared container';

/** Milliseconds for Cloudflare and Traefik to apply a change. */
const patience = 60_000;

const items = {
  rule: inProduction('3.6#1'),
  restarted: inProduction('3.6#2'),
  outside: inProduction('3.6#3'),
  traefik: inProduction('3.6#4'),
};

/** Adds the tunnel's route and the DNS record, and verifies the public URL end to end. */
export const tunnelAndRoute: Step<Context> = {
  id: '3.6',
  phase: 'cloudflare',
  title: 'tunnel and route',
  expected: 'the public URL routed through the tunnel and Traefik to PostgREST, verified end to end',
  items: allItems(items),
  needs: [locallyTested, apiHealthy],
  skipReason: (context) =>
    withoutContainers(context) ?? (context.config.cloudflare.container === undefined ? noTunnel : undefined),
  check: (context) => inspect(context, 0),
  verify: (context) => inspect(context, patience),
  preview: changes,
  foresee: toCome,
};

/**
 * Returns what is known before the API runs: every change, unless only a helper container can read the tunnel's file and
 * the image of the helper is still missing.
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

/** The tunnel, and the DNS record if a token can read it; otherwise whether a resolver finds an address for the name. */
interface RouteState {
  readonly tunnel: Tunnel;
  readonly dns: { readonly zone: Zone; readonly state: DnsState } | null;
  readonly address: 'there' | 'none' | 'unknown';
}

async function readRoute(context: Context): Promise<RouteState> {
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
    // Cloudflare does not say which permission the token lacks: check each.
    if (error instanceof ApiRefusal && (error.status === 401 || error.status === 403)) await mayAll(context);
    throw error;
  }
}

/** @throws ProblemError if the tunnel sends everything to a single origin that no rule can keep */
function assertRules(context: Context, tunnel: Tunnel): void {
  const { state } = tunnel.is === 'local' ? tunnel.local : tunnel.remote;
  const { origin } = tunnel;
  if (origin === null || state.is === 'there') return;
  const isKept = tunnel.is === 'local' || storedFields(origin.request) !== null;
  if (origin.unfit === null && isKept) return;
  throw new ProblemError(hasSingleOrigin(nameOf(context), origin, routeOf(context).hostname));
}

/** Returns what is known of the DNS record without a token: whether the name has an address. */
async function addressOf({ config, web }: Context): Promise<RouteState['address']> {
  if (config.cloudflare.connectTo !== undefined) return 'unknown';
  try {
    return (await web.addresses(config.publicHost)).length > 0 ? 'there' : 'none';
  } catch (error) {
    if (!(error instanceof NetworkFault)) throw error;
    return 'unknown';
  }
}

/** @throws ProblemError that names every permission that the token lacks */
async function mayAll(context: Context, known?: Cloudflared): Promise<void> {
  const { cloudflare: api, signal } = context;
  if (api === null) return;
  const cloudflared = known ?? (await runningCloudflared(context));
  const { hostname } = routeOf(context);
  const { configured } = cloudflared;
  const tunnelIn = async (zone: Zone | null) => {
    if (configured.at === 'file' || (configured.account === null && zone === null)) return null;
    return remoteIdentity(context, cloudflared, zone);
  };
  await assertRights(api, { host: hostname, tunnelIn }, signal);
}

function findingsOf(context: Context, { tunnel, dns }: RouteState): readonly Finding[] {
  const route = routeOf(context);
  const own =
    tunnel.is === 'local'
      ? localFindings(tunnel.local, route)
      : routeFindings(atCloudflare, tunnel.remote.state, route, tunnel.origin);
  return [...own, ...(dns === null ? [] : dnsFindings(dns.state, route.hostname))];
}

async function changes(context: Context): Promise<readonly PlannedChange[] | Problem> {
  const state = await readRoute(context);
  const route = routeOf(context);
  const own =
    state.tunnel.is === 'local'
      ? await localChanges(state.tunnel.access, state.tunnel.local, route)
      : remoteChanges(state.tunnel.remote, nameOf(context), route, state.tunnel.origin);
  if ('code' in own) return own;
  const record = state.dns === null ? [] : dnsChanges(state.dns.state, state.dns.zone, route.hostname);
  if ('code' in record) return record;
  const all = [...record, ...own];
  if (all.some((one) => one.status === 'exact' && one.change.kind === 'request'))
    await mayAll(context, state.tunnel.cloudflared);
  return all;
}

/** @param given milliseconds for the route to answer */
async function inspect(context: Context, given: number): Promise<CheckResult> {
  // Before the route exists: otherwise another container could receive our requests, with their tokens.
  const taken = await namesTaken(context);
  if (taken !== null) return blocked(taken);
  const state = await readRoute(context);
  if (state.dns === null && state.address === 'none') return blocked(noAddress(routeOf(context).hostname));
  const findings = findingsOf(context, state);
  if (findings.length > 0) return missing(...findings);
  const probed = await probe(context, given);
  const hops = hopEvidence(probed.hops, context.config.cloudflare);
  if (probed.problem !== null) throw new ProblemError({ ...probed.problem, evidence: hops });
  const outcomes = await itemsOf(context, state, probed);
  return satisfied(
    `${routeOf(context).hostname} answers end to end`,
    [...outcomes.filter((one) => 'target' in one), ...hops],
    outcomes.filter((one) => 'reason' in one),
  );
}

async function itemsOf(
  context: Context,
  { tunnel, dns, address }: RouteState,
  { asked, url }: Probed,
): Promise<readonly (Evidence | OpenItem)[]> {
  const { hostname, service } = routeOf(context);
  const target = 'production';
  const [connection, route] = await Promise.all([tunnelConnection(context), routeEvidence(context)]);
  const { state } = tunnel.is === 'local' ? tunnel.local : tunnel.remote;
  const rule = state.is === 'there' ? `rule ${state.rule + 1}` : 'a rule';
  const location =
    tunnel.is === 'local' ? tunnel.local.path : `${atCloudflare}, version ${tunnel.remote.version}`;
  const live = tunnel.is === 'local' ? '' : '; its configuration applies without a restart';
  return [
    { item: items.rule.id, target, summary: `${rule} of ${location} sends ${hostname} to ${service}` },
    evidenceOrOpen(
      items.restarted.id,
      connection,
      `runs since ${tunnel.cloudflared.startedAt}: ${connection.actual}${live}`,
    ),
    { item: items.outside.id, target, summary: asked.join('; '), facts: { host: hostname, url } },
    evidenceOrOpen(items.traefik.id, route, `${route.actual}. ${noAccessLog}`),
    {
      target,
      summary: dns === null ? addressWords[address] : `${hostname} is a proxied CNAME to ${dns.state.target}`,
    },
  ];
}

/** https://doc.traefik.io/traefik/observability/access-logs/: they are disabled by default. */
const noAccessLog =
  "The checklist's docker logs traefik | grep postgrest prints nothing, because Traefik logs no requests by default; the command probe checks every hop";

/** What is reported of the DNS record without a token. */
const addressWords = {
  there: 'DNS has an address for the name; its record was not checked, because no token is configured',
  none: 'DNS has no address for the name',
  unknown: 'DNS was not checked: connect-to names another address, or no resolver answers',
} as const;

/** The route may work although one part of it could not be checked: the item of that part stays open. */
function evidenceOrOpen(
  item: ItemId,
  { verdict, actual: found }: Verdict,
  summary: string,
): Evidence | OpenItem {
  return verdict === 'ok'
    ? { item, target: 'production', summary }
    : { item, reason: `${verdict}: ${found}` };
}
