import { docker } from '../../argv/docker.ts';
import { shownDocker } from '../../argv/shown-docker.ts';
import { tunnel } from '../../argv/tunnel.ts';
import { tokenFor } from '../../containers/api-token.ts';
import { containerNamed } from '../../containers/container.ts';
import { commandOn } from '../../domain/command-text.ts';
import { NetworkFault } from '../../domain/ports/http.ts';
import { ProblemError } from '../../domain/problem.ts';
import { productionStack } from '../../targets/production.ts';
import type { Context } from '../../workspace/context.ts';
import { answerSummary, endpoints, isExpected, query } from '../answers.ts';
import { type Cloudflared, cloudflaredNamed } from '../cloudflared.ts';
import { sameService } from '../ingress/route.ts';
import { defaultMetrics } from '../local-changes.ts';
import { coveredText } from '../route-text.ts';
import { shownService } from '../single-origin.ts';
import { namesTaken, type Traefik, traefikNamed } from '../traefik.ts';
import { inspectTunnel, nameOf, routeOf } from '../tunnel.ts';
import { directAddress } from './direct-address.ts';
import { broken, ok, unknown, type Verdict } from './hop.ts';

/** Checks Traefik and its routes, from the production host. */
export async function traefikRoute(context: Context): Promise<Verdict> {
  const { host } = productionStack(context);
  const { traefik: name } = context.config.cloudflare;
  const found = await traefikNamed(productionStack(context), name, context.signal);
  if (found?.status !== 'running')
    return broken(`${name}: ${found?.status ?? 'no such container'}`, {
      text: 'Start it',
      command: commandOn(host, shownDocker.start(name)),
    });
  const api = await containerNamed(host, context.config.containers.api.name, context.signal);
  if (found.address === null || api?.networks.includes(context.config.containers.network) !== true)
    return unknown(
      `${name} and ${context.config.containers.api.name} are not both on ${context.config.containers.network}`,
    );
  if (api.status !== 'running' || api.health !== 'healthy')
    return unknown(
      `Traefik routes only to healthy containers, and ${context.config.containers.api.name} is not healthy`,
    );
  if (!context.config.cloudflare.service.startsWith('http:'))
    return unknown(
      `${context.config.cloudflare.service} is not plain http, so it cannot be checked from inside`,
    );
  const taken = await namesTaken(context);
  if (taken !== null) return broken(`${taken.what} ${(taken.excerpt ?? []).join(', ')}`, ...taken.todo);
  const [requests, direct] = await Promise.all([
    throughTraefik(context, found.address),
    directAddress(context),
  ]);
  const verdict = judge(context, requests, bypassNote(context, found, direct));
  if (verdict.verdict !== 'broken') return verdict;
  const output = await routerFaults(context);
  return output === null ? verdict : { ...verdict, actual: `${verdict.actual}; Traefik says: ${output}` };
}

/** Returns the last error about the API's routes in Traefik's log; null if there is none. */
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

interface RouteRequest {
  readonly path: string;
  readonly who: 'stranger' | 'token';
  readonly answer: { readonly status: number; readonly body: string };
}

/** Requests both tables, without and with a token, through Traefik's address in the network of the deployment. */
async function throughTraefik(context: Context, address: string): Promise<readonly RouteRequest[]> {
  const stack = productionStack(context);
  const token = (await tokenFor(stack, context.signal))?.token ?? null;
  const port = Number(new URL(context.config.cloudflare.service).port || 80);
  const ask = async (path: string, who: RouteRequest['who']): Promise<RouteRequest> => {
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

/** Returns a note if Traefik can be reached from outside without the tunnel; otherwise an empty text. */
function bypassNote({ config }: Context, { publicPorts }: Traefik, direct: string | null): string {
  if (direct !== null)
    return `; note: port 80 of the production host's address ${direct} also answers for ${config.publicHost}, bypassing Cloudflare`;
  if (publicPorts.length === 0) return '';
  return `; note: it listens on the production host's public port ${publicPorts.join(', ')}, bypassing Cloudflare`;
}

/** @param note is added if the answers are as expected */
function judge(context: Context, requests: readonly RouteRequest[], note: string): Verdict {
  const { host } = productionStack(context);
  const { traefik: name } = context.config.cloudflare;
  const wrong = requests.find(({ who, answer }) => !isExpected(who, answer));
  const labels = {
    text: 'Show its labels',
    command: commandOn(host, shownDocker.labelsOf(context.config.containers.api.name)),
  };
  const log = {
    text: "Show Traefik's log",
    command: commandOn(host, shownDocker.logs(name, 50)),
  };
  if (wrong === undefined) return ok(`${name} routes both schemas to PostgREST${note}`);
  const { path, who, answer } = wrong;
  const token = who === 'stranger' ? 'without a token' : 'with a token';
  if (answer.status >= 300 && answer.status < 400) {
    return broken(
      `${name} redirects ${path} (${answer.status}): behind a tunnel that uses http, this is a loop`,
      {
        text: 'Remove the redirection from the entrypoint that the tunnel uses, or give the route an entrypoint without one.',
      },
      labels,
    );
  }
  const noRoute = answer.status === 404 && !answer.body.startsWith('{');
  const what = noRoute
    ? `${name} has no route for ${path} of ${context.config.publicHost}`
    : `${path} ${token}: ${answerSummary(answer)}`;
  return broken(what, labels, log);
}

/** Checks the networks: cloudflared reaches Traefik by its name only in a network that both are in. */
export async function network(context: Context): Promise<Verdict> {
  const { host } = productionStack(context);
  const { traefik: name, container } = context.config.cloudflare;
  const { signal } = context;
  const [traefik, api, cloudflared] = await Promise.all([
    traefikNamed(productionStack(context), name, signal),
    containerNamed(host, context.config.containers.api.name, signal),
    container === undefined ? null : cloudflaredNamed(host, container, signal),
  ]);
  const connect = (network: string, one: string) => ({
    text: 'Connect it',
    command: commandOn(host, shownDocker.connectNetwork(network, one)),
  });
  if (traefik !== null && !traefik.networks.includes(context.config.containers.network))
    return broken(
      `${name} is not on ${context.config.containers.network}`,
      connect(context.config.containers.network, name),
    );
  if (api !== null && !api.networks.includes(context.config.containers.network))
    return broken(
      `${context.config.containers.api.name} is not on ${context.config.containers.network}`,
      connect(context.config.containers.network, context.config.containers.api.name),
    );
  if (traefik === null || api === null) return unknown('Traefik or PostgREST has no container');
  if (cloudflared === null) return unknown('no container of cloudflared is configured, or it does not exist');
  if (cloudflared.networks.includes('host')) return ok("cloudflared is on the production host's own network");
  const shared = cloudflared.networks.filter((one) => traefik.networks.includes(one));
  if (shared.length > 0) return ok(`${nameOf(context)} and ${name} share ${shared.join(', ')}`);
  return broken(
    `${nameOf(context)} and ${name} share no network`,
    connect(context.config.containers.network, nameOf(context)),
  );
}

/** Checks where the tunnel sends the hostname. */
export async function ingressRule(context: Context): Promise<Verdict> {
  const { host } = productionStack(context);
  const cloudflared = await cloudflaredNamed(host, nameOf(context), context.signal);
  if (cloudflared === null) return unknown('no container of cloudflared is configured, or it does not exist');
  const run = { text: 'Let the rollout fix it', command: ['erp-deploy', 'run', '--only', '3.6'] };
  const replace = { ...run, command: [...run.command, '--replace-route'] };
  try {
    const found = await inspectTunnel(context, cloudflared);
    const { state } = found.is === 'local' ? found.local : found.remote;
    const { hostname, service } = routeOf(context);
    if (state.is === 'there') {
      if (found.is === 'local' && found.local.stale)
        return broken('cloudflared runs with an older version of its file, without the rule', run);
      return ok(`rule ${state.rule + 1} sends ${hostname} to ${service}`);
    }
    if (found.origin !== null)
      return broken(
        `cloudflared sends all requests to ${shownService(found.origin)} (${found.origin.source})`,
        replace,
      );
    if (state.is === 'absent') return broken(`only the last rule matches ${hostname}`, run);
    const where = state.is === 'covered' ? coveredText(state) : `${hostname} goes to ${state.service}`;
    const same = sameService(state.service, service);
    return broken(`${where}${same ? '' : `, not to ${service}`}`, replace);
  } catch (error) {
    if (error instanceof ProblemError && error.problems[0].code === 'ERP-0652')
      return broken(error.problems[0].what, ...error.problems[0].todo);
    throw error;
  }
}

/** Checks whether cloudflared is connected to Cloudflare. */
export async function tunnelConnection(context: Context): Promise<Verdict> {
  const { host } = productionStack(context);
  const name = nameOf(context);
  const found = await cloudflaredNamed(host, name, context.signal);
  if (found === null) return unknown('no container of cloudflared is configured, or it does not exist');
  const log = { text: 'Show its log', command: commandOn(host, shownDocker.logs(name, 20)) };
  if (found.status !== 'running')
    return broken(
      `${name}: ${found.status}`,
      { text: 'Start it', command: commandOn(host, shownDocker.start(name)) },
      log,
    );
  const metrics = found.metrics ?? (await metricsInFile(context, found)) ?? defaultMetrics;
  const ready = await host.processes.run(tunnel.ready(found.id, metrics), null, context.signal);
  if (ready.exitCode === 0) return ok(`${name} is connected`);
  const output = await host.processes.run(docker.logTail(found.id, 5), null, context.signal);
  const last = `${output.stdout}${output.stderr}`.trim().split('\n').at(-1) ?? '';
  return broken(
    `${name} has no connection to Cloudflare${last === '' ? '' : `; its last line: ${last}`}`,
    log,
  );
}

/** Returns the address of the metrics in cloudflared's file; null if it has none, or cannot be read. */
async function metricsInFile(context: Context, found: Cloudflared): Promise<string | null> {
  if (found.configured.at !== 'file') return null;
  try {
    const seen = await inspectTunnel(context, found);
    return seen.is === 'local' ? seen.local.config.metrics : null;
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}

/** Checks Traefik's route for the evidence of a step; a Traefik that does not answer is broken. */
export async function routeEvidence(context: Context): Promise<Verdict> {
  try {
    return await traefikRoute(context);
  } catch (error) {
    if (!(error instanceof NetworkFault)) throw error;
    return broken(
      `${context.config.cloudflare.traefik} does not answer on the production host (${error.code})`,
    );
  }
}
