import type { Log } from '../parts/console-log.ts';
import type { HttpConfiguration, Router, Service } from './dynamic.ts';
import type { Container } from './engine.ts';
import type { StaticConfig } from './flags.ts';
import { emptyRouter, emptyService, readLabels } from './labels.ts';

/**
 * Returns the configuration from the labels of a container, with its address in the services. Returns undefined if
 * Traefik must not route to it: not running, not enabled, or not (yet) healthy.
 * Source: traefik/traefik, pkg/provider/docker/config.go and pkg/provider/configuration.go.
 */
export function routesOf(
  container: Container,
  { docker }: StaticConfig,
  report: Log,
): HttpConfiguration | undefined {
  const labels = container.Config.Labels ?? {};
  const log: Log = (level, message, fields) =>
    report(level, message, { ...fields, container: idOf(container) });
  const enabled = label(labels, 'traefik.enable') ?? `${docker.exposedByDefault}`;
  if (!container.State.Running) return undefined;
  if (enabled !== 'true') return skip(log, 'Filtering disabled container');
  const health = container.State.Health?.Status ?? 'none';
  if (!['none', '', 'healthy'].includes(health))
    return skip(log, 'Filtering unhealthy or starting container');
  try {
    const { routers, services, middlewares } = readLabels(labels);
    const defined = Object.keys(services).length > 0 ? services : { [serviceName(container)]: emptyService };
    const filled = Object.entries(defined).map(([name, service]): [string, Service] => [
      name,
      withServer(name, service, container, label(labels, 'traefik.docker.network') ?? docker.network, log),
    ]);
    const rule = `Host(\`${normalized(serviceName(container))}\`)`;
    return {
      services: Object.fromEntries(filled),
      middlewares,
      routers: withServices(routers, defined, container, rule, log),
    };
  } catch (error) {
    log('error', '', { error: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

function skip(log: Log, why: string): undefined {
  log('debug', why);
}

function withServer(
  name: string,
  service: Service,
  container: Container,
  network: string,
  log: Log,
): Service {
  if (service.servers.length > 0) return service;
  const address = addressOf(container, network, log);
  if (address === '')
    throw new Error(
      `service "${name}" error: unable to find the IP address for the container "${container.Name}": the server is ignored`,
    );
  const exposed = Object.keys(container.NetworkSettings.Ports ?? {}).map((one) => Number(one.split('/')[0]));
  const port = service.port || exposed.toSorted((a, b) => a - b)[0]?.toString();
  if (port === undefined) throw new Error(`service "${name}" error: port is missing`);
  return { ...service, port: '', servers: [`${service.scheme}://${address}:${port}`] };
}

/** With several networks and none named, Traefik takes any of them, because Go iterates over a map in random order. */
function addressOf({ NetworkSettings, HostConfig, Name }: Container, network: string, log: Log): string {
  const networks = NetworkSettings.Networks ?? {};
  const ip = ({ IPAddress, GlobalIPv6Address }: { IPAddress: string; GlobalIPv6Address: string }) =>
    IPAddress || GlobalIPv6Address;
  const named = networks[network];
  if (named !== undefined) return ip(named);
  if (network !== '')
    log(
      'warn',
      `Could not find network named '${network}' for container '${Name}'! Maybe you're missing the project's prefix in the label? Defaulting to first available network.`,
    );
  if (HostConfig.NetworkMode === 'host') return '127.0.0.1';
  const all = Object.values(networks);
  const any = all[Math.floor(Math.random() * all.length)];
  return any === undefined ? '' : ip(any);
}

function withServices(
  routers: Readonly<Record<string, Router>>,
  services: Readonly<Record<string, Service>>,
  container: Container,
  defaultRule: string,
  log: Log,
): Readonly<Record<string, Router>> {
  const [only, ...more] = Object.keys(services);
  const named = Object.keys(routers).length > 0 ? routers : { [serviceName(container)]: emptyRouter };
  const complete = Object.entries(named).flatMap(([routerName, router]): [string, Router][] => {
    if (router.service === '' && more.length > 0) {
      log('error', 'Could not define the service name for the router: too many services', { routerName });
      return [];
    }
    return [
      [routerName, { ...router, rule: router.rule || defaultRule, service: router.service || (only ?? '') }],
    ];
  });
  return Object.fromEntries(complete);
}

function serviceName({ Name, Config }: Container): string {
  const { 'com.docker.compose.project': project, 'com.docker.compose.service': service } =
    Config.Labels ?? {};
  return normalized(project === undefined || service === undefined ? Name : `${service}_${project}`);
}

export const idOf = (container: Container) => `${serviceName(container)}-${container.Id}`;

const normalized = (name: string) =>
  name
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .join('-');

const label = (labels: Readonly<Record<string, string>>, wanted: string) =>
  Object.entries(labels).find(([name]) => name.toLowerCase() === wanted)?.[1];
