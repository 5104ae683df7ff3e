import { docker } from '../../argv/docker.ts';
import { tunnel } from '../../argv/tunnel.ts';
import { tokenFor } from '../../containers/api-token.ts';
import { containerNamed } from '../../containers/container.ts';
import { networkName, services } from '../../containers/stack.ts';
import { lineOn } from '../../domain/command-text.ts';
import { NetworkFault } from '../../domain/ports.ts';
import { ProblemError } from '../../domain/problem.ts';
import { quoted } from '../../domain/show-change.ts';
import { productionStack } from '../../targets/production.ts';
import type { Context } from '../../workspace/context.ts';
import { answerWords, endpoints, isAsWanted, query } from '../answers.ts';
import { type Cloudflared, cloudflaredNamed } from '../cloudflared.ts';
import { sameService } from '../ingress/route.ts';
import { usualMetrics } from '../local-changes.ts';
import { shownService } from '../single-origin.ts';
import { namesTaken, type Traefik, traefikNamed } from '../traefik.ts';
import { lookAtTunnel, nameOf, routeOf } from '../tunnel.ts';
import { broken, ok, unknown, type Verdict } from './hop.ts';
import { wayAround } from './way-around.ts';

/** The droplet's own side of the way in. */
export async function traefikRoute(context: Context): Promise<Verdict> {
  const { host } = productionStack(context);
  const { traefik: name } = context.config.cloudflare;
  const found = await traefikNamed(host, name, context.signal);
  if (found?.status !== 'running')
    return broken(
      `${name}: ${found?.status ?? 'no such container'}`,
      `Start it: ${lineOn(host, `docker start ${quoted(name)}`)}`,
    );
  const api = await containerNamed(host, services.api.name, context.signal);
  if (found.address === null || api?.networks.includes(networkName) !== true)
    return unknown(`${name} and ${services.api.name} are not both on ${networkName}`);
  if (api.status !== 'running' || api.health !== 'healthy')
    return unknown(`Traefik routes to no container that is not healthy, and ${services.api.name} is not`);
  if (!context.config.cloudflare.service.startsWith('http:'))
    return unknown(`${context.config.cloudflare.service} is no plain http, which alone is asked from inside`);
  const taken = await namesTaken(context);
  if (taken !== null) return broken(`${taken.what} ${(taken.excerpt ?? []).join(', ')}`, ...taken.todo);
  const [asked, around] = await Promise.all([throughTraefik(context, found.address), wayAround(context)]);
  const verdict = judge(context, asked, mind(context, found, around));
  if (verdict.verdict !== 'broken') return verdict;
  const said = await routerFaults(context);
  return said === null ? verdict : { ...verdict, found: `${verdict.found}; Traefik says: ${said}` };
}

/** What Traefik's own log says last of the API's routes; null where nothing. */
async function routerFaults(context: Context): Promise<string | null> {
  const { host } = productionStack(context);
  const log = await host.processes.run(
    docker.logTail(context.config.cloudflare.traefik, 200),
    null,
    context.signal,
  );
  const faults = `${log.stdout}\n${log.stderr}`
    .split('\n')
    .filter((line) => /\b(ERR|error)\b/i.test(line) && /portfolio-erp|postgrest-erp/.test(line));
  return faults.at(-1) ?? null;
}

interface Asked {
  readonly path: string;
  readonly who: 'stranger' | 'token';
  readonly answer: { readonly status: number; readonly body: string };
}

/** Both tables, as a stranger and with a token, through Traefik's address in the network of the stack. */
async function throughTraefik(context: Context, address: string): Promise<readonly Asked[]> {
  const stack = productionStack(context);
  const token = (await tokenFor(stack, context.signal))?.token ?? null;
  const port = Number(new URL(context.config.cloudflare.service).port || 80);
  const ask = async (path: string, who: Asked['who']): Promise<Asked> => {
    const bearer: Record<string, string> =
      who === 'token' && token !== null ? { authorization: `Bearer ${token}` } : {};
    const headers = { host: context.config.publicHost, ...bearer };
    return {
      path,
      who,
      answer: await stack.host.get(port, `${path}${query}`, headers, context.signal, address),
    };
  };
  return Promise.all(
    endpoints.flatMap(({ path }) => [ask(path, 'stranger'), ...(token === null ? [] : [ask(path, 'token')])]),
  );
}

/** What else than the tunnel leads to Traefik from outside. */
function mind({ config }: Context, { publicPorts }: Traefik, around: string | null): string {
  if (around !== null)
    return `; mind: port 80 of the droplet's own address ${around} answers for ${config.publicHost} too, a way around Cloudflare`;
  if (publicPorts.length === 0) return '';
  return `; mind: it listens on the droplet's public port ${publicPorts.join(', ')}, a way around Cloudflare`;
}

/** @param around what is to be minded where all is well */
function judge(context: Context, asked: readonly Asked[], around: string): Verdict {
  const { host } = productionStack(context);
  const { traefik: name } = context.config.cloudflare;
  const wrong = asked.find(({ who, answer }) => !isAsWanted(who, answer));
  const labels = `Look at its labels: ${lineOn(host, `docker container inspect ${services.api.name} --format '{{json .Config.Labels}}'`)}`;
  const log = `Look at Traefik's log: ${lineOn(host, `docker logs --tail 50 ${quoted(name)}`)}`;
  if (wrong === undefined) return ok(`${name} takes both schemas to PostgREST${around}`);
  const { path, who, answer } = wrong;
  const asker = who === 'stranger' ? 'without a token' : 'with a token';
  if (answer.status >= 300 && answer.status < 400) {
    return broken(
      `${name} redirects ${path} (${answer.status}): behind a tunnel that speaks http, that is a loop`,
      'Take the redirection from the entrypoint that the tunnel comes in by, or give the route one that does not redirect.',
      labels,
    );
  }
  const noRoute = answer.status === 404 && !answer.body.startsWith('{');
  const what = noRoute
    ? `${name} has no route for ${path} of ${context.config.publicHost}`
    : `${path} ${asker}: ${answerWords(answer)}`;
  return broken(what, labels, log);
}

/** cloudflared reaches Traefik by its name only in a network that both are in. */
export async function network(context: Context): Promise<Verdict> {
  const { host } = productionStack(context);
  const { traefik: name, container } = context.config.cloudflare;
  const { signal } = context;
  const [traefik, api, cloudflared] = await Promise.all([
    traefikNamed(host, name, signal),
    containerNamed(host, services.api.name, signal),
    container === undefined ? null : cloudflaredNamed(host, container, signal),
  ]);
  const connect = (network: string, one: string) =>
    `Connect it: ${lineOn(host, `docker network connect ${quoted(network)} ${quoted(one)}`)}`;
  if (traefik !== null && !traefik.networks.includes(networkName))
    return broken(`${name} is not on ${networkName}`, connect(networkName, name));
  if (api !== null && !api.networks.includes(networkName))
    return broken(`${services.api.name} is not on ${networkName}`, connect(networkName, services.api.name));
  if (traefik === null || api === null) return unknown('a container of the way in is not there');
  if (cloudflared === null) return unknown('no container of cloudflared is configured, or there');
  if (cloudflared.networks.includes('host')) return ok('cloudflared is on the network of the droplet itself');
  const shared = cloudflared.networks.filter((one) => traefik.networks.includes(one));
  if (shared.length > 0) return ok(`${nameOf(context)} and ${name} share ${shared.join(', ')}`);
  return broken(`${nameOf(context)} and ${name} share no network`, connect(networkName, nameOf(context)));
}

/** Where the tunnel sends the name. */
export async function ingressRule(context: Context): Promise<Verdict> {
  const { host } = productionStack(context);
  const cloudflared = await cloudflaredNamed(host, nameOf(context), context.signal);
  if (cloudflared === null) return unknown('no container of cloudflared is configured, or there');
  const run = 'Let the roll-out mend it: erp-deploy run --only 3.6';
  try {
    const found = await lookAtTunnel(context, cloudflared);
    const { state } = found.is === 'local' ? found.local : found.remote;
    const { hostname, service } = routeOf(context);
    if (state.is === 'there') {
      if (found.is === 'local' && found.local.stale)
        return broken('cloudflared runs with an older file than the one that has the rule', run);
      return ok(`rule ${state.rule + 1} sends ${hostname} to ${service}`);
    }
    if (found.origin !== null)
      return broken(
        `cloudflared sends every name to ${shownService(found.origin)} (${found.origin.source})`,
        run,
      );
    if (state.is === 'absent') return broken(`no rule takes ${hostname} but the last`, run);
    const other = state.is === 'unreadable' ? 'nobody knows where' : state.service;
    const same = state.is !== 'unreadable' && sameService(other, service);
    return broken(
      `${hostname} goes to ${other}${same ? '' : `, not to ${service}`}`,
      `${run} --replace-route`,
    );
  } catch (error) {
    if (error instanceof ProblemError && error.problems[0].code === 'ERP-0652')
      return broken(error.problems[0].what, ...error.problems[0].todo);
    throw error;
  }
}

/** Whether cloudflared has a connection to Cloudflare now. */
export async function tunnelConnection(context: Context): Promise<Verdict> {
  const { host } = productionStack(context);
  const name = nameOf(context);
  const found = await cloudflaredNamed(host, name, context.signal);
  if (found === null) return unknown('no container of cloudflared is configured, or there');
  const log = `Look why: ${lineOn(host, `docker logs --tail 20 ${quoted(name)}`)}`;
  if (found.status !== 'running')
    return broken(
      `${name}: ${found.status}`,
      `Start it: ${lineOn(host, `docker start ${quoted(name)}`)}`,
      log,
    );
  const metrics = found.metrics ?? (await metricsInFile(context, found)) ?? usualMetrics;
  const asked = await host.processes.run(tunnel.ready(found.id, metrics), null, context.signal);
  if (asked.exitCode === 0) return ok(`${name} is connected`);
  const said = await host.processes.run(docker.logTail(found.id, 5), null, context.signal);
  const last = `${said.stdout}${said.stderr}`.trim().split('\n').at(-1) ?? '';
  return broken(
    `${name} has no connection to Cloudflare${last === '' ? '' : `; its last line: ${last}`}`,
    log,
  );
}

/** Where cloudflared's own file puts its metrics; null where it does not say, or cannot be read. */
async function metricsInFile(context: Context, found: Cloudflared): Promise<string | null> {
  if (found.configured.at !== 'file') return null;
  try {
    const seen = await lookAtTunnel(context, found);
    return seen.is === 'local' ? seen.local.config.metrics : null;
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}

/** What Traefik's route looks like from inside, for a step's evidence. @throws NetworkFault */
export async function routeEvidence(context: Context): Promise<Verdict> {
  try {
    return await traefikRoute(context);
  } catch (error) {
    if (!(error instanceof NetworkFault)) throw error;
    return broken(`${context.config.cloudflare.traefik} does not answer on the droplet (${error.code})`);
  }
}
