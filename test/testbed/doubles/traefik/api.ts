import { createServer, type Server, type ServerResponse } from 'node:http';
import { notFound } from './entry-point.ts';
import type { StaticConfig } from './flags.ts';
import { plain } from './forward.ts';
import { qualified, type RouterState, type Runtime } from './runtime.ts';
import { version } from './version.ts';

/** The internal entry point: /ping, and with api.insecure the parts of the API that show the active configuration. */
export function createApi(config: StaticConfig, runtime: () => Runtime): Server {
  return createServer(({ url = '/' }, response) => {
    const [path = '/'] = url.split('?');
    if (path === '/ping' && config.ping) return plain(response, 200, 'OK');
    const shown = config.apiInsecure ? document(path, config, runtime()) : undefined;
    return shown === undefined ? notFound(response) : json(response, shown);
  });
}

function document(path: string, { entryPoints }: StaticConfig, { routers, configuration }: Runtime): unknown {
  const services = Object.entries(configuration.services).map(([name, { servers, passHostHeader }]) => ({
    loadBalancer: { servers: servers.map((url) => ({ url })), strategy: 'wrr', passHostHeader },
    status: 'enabled',
    usedBy: routers
      .filter(({ service }) => qualified(service) === qualified(name))
      .map((router) => router.name),
    serverStatus: Object.fromEntries(servers.map((url) => [url, 'UP'])),
    name: qualified(name),
    provider: 'docker',
    type: 'loadbalancer',
  }));
  const middlewares = Object.entries(configuration.middlewares).map(([name, { kind, options }]) => ({
    [kind]: options,
    status: 'enabled',
    usedBy: routers
      .filter((router) => router.middlewares.some((one) => qualified(one) === qualified(name)))
      .map((one) => one.name),
    name: qualified(name),
    provider: 'docker',
    type: kind,
  }));
  const shownRouters = routers.map(shownRouter);
  const byName = (list: readonly { readonly name: string }[]) =>
    Object.fromEntries(list.map((one) => [one.name, one]));
  const documents: Readonly<Record<string, unknown>> = {
    '/api/version': { Version: version, Codename: '' },
    '/api/entrypoints': entryPoints.map(({ name, host, port }) => ({ name, address: `${host}:${port}` })),
    '/api/http/routers': shownRouters,
    '/api/http/services': services,
    '/api/http/middlewares': middlewares,
    '/api/rawdata': {
      routers: byName(shownRouters),
      services: byName(services),
      middlewares: byName(middlewares),
    },
  };
  return Object.hasOwn(documents, path) ? documents[path] : undefined;
}

function shownRouter({ name, rule, priority, service, middlewares, using, errors, tls }: RouterState) {
  return {
    entryPoints: using,
    ...(middlewares.length === 0 ? {} : { middlewares: middlewares.map(qualified) }),
    service,
    rule,
    priority,
    ...(tls ? { tls: {} } : {}),
    ...(errors.length === 0 ? {} : { error: errors }),
    status: errors.length === 0 ? 'enabled' : 'disabled',
    using,
    name,
    provider: 'docker',
  };
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
