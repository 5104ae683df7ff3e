import type { HttpConfiguration, Middleware, Router, Service } from './dynamic.ts';

/** The middlewares of Traefik v3; middlewares.ts contains those that the double supports. */
const kinds =
  'addprefix basicauth buffering chain circuitbreaker compress contenttype digestauth encodedcharacters errors forwardauth grpcweb headers inflightreq ipallowlist ipwhitelist passtlsclientcert plugin ratelimit redirectregex redirectscheme replacepath replacepathregex retry stripprefix stripprefixregex'.split(
    ' ',
  );

const balancing = 'healthcheck passivehealthcheck responseforwarding serverstransport sticky strategy'.split(
  ' ',
);

/**
 * Parses `traefik.http.*`. Names of fields are read in any case, names of objects exactly.
 * @throws Error `field not found, node: …` for an unknown field: Traefik then ignores the whole container
 */
export function readLabels(labels: Readonly<Record<string, string>>): HttpConfiguration {
  const routers: Record<string, Router> = {};
  const services: Record<string, Service> = {};
  const middlewares: Record<string, Middleware> = {};
  for (const [label, value] of Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const [root = '', http = '', section = '', name = '', ...path] = label.split('.');
    if (root.toLowerCase() !== 'traefik' || http.toLowerCase() !== 'http') continue;
    const words = path.map((word) => word.toLowerCase());
    if (section.toLowerCase() === 'routers') {
      routers[name] = { ...emptyRouter, ...routers[name], ...routerField(words, value) };
    } else if (section.toLowerCase() === 'services') {
      services[name] = withField(services[name] ?? emptyService, words, value);
    } else if (section.toLowerCase() === 'middlewares') {
      middlewares[name] = withOption(middlewares[name], path, value);
    } else if (section.toLowerCase() !== 'serverstransports') {
      throw notFound(section);
    }
  }
  return { routers, services, middlewares };
}

export const emptyRouter: Router = {
  rule: '',
  entryPoints: [],
  middlewares: [],
  service: '',
  priority: 0,
  tls: false,
};

export const emptyService: Service = {
  servers: [],
  port: '',
  scheme: 'http',
  passHostHeader: true,
  others: {},
};

function routerField([field = '', ...rest]: readonly string[], value: string): Partial<Router> {
  switch (field) {
    case 'rule':
      return { rule: value };
    case 'entrypoints':
      return { entryPoints: list(value) };
    case 'middlewares':
      return { middlewares: list(value) };
    case 'service':
      return { service: value };
    case 'priority':
      return { priority: Number(value) };
    case 'tls':
      return { tls: rest.length > 0 || value === 'true' };
    case 'rulesyntax':
    case 'observability':
      return {};
    default:
      throw notFound(field);
  }
}

function withField(
  service: Service,
  [balancer, field = '', ...rest]: readonly string[],
  value: string,
): Service {
  if (balancer !== 'loadbalancer') throw notFound(balancer ?? '');
  if (field === 'server' && rest[0] === 'port') return { ...service, port: value };
  if (field === 'server' && rest[0] === 'scheme') return { ...service, scheme: value };
  if (field === 'server' && rest[0] === 'url') return { ...service, servers: [value] };
  if (field === 'passhostheader') return { ...service, passHostHeader: value === 'true' };
  if (!balancing.includes(field)) throw notFound(field === 'server' ? (rest[0] ?? '') : field);
  return { ...service, others: { ...service.others, [[field, ...rest].join('.')]: value } };
}

function withOption(
  middleware: Middleware | undefined,
  [type = '', ...path]: readonly string[],
  value: string,
): Middleware {
  const kind = type.toLowerCase();
  if (!kinds.includes(kind)) throw notFound(type);
  // The second word of `customrequestheaders.Accept-Profile` is a name, and keeps its case.
  const [option = '', ...name] = path;
  return { kind, options: { ...middleware?.options, [[option.toLowerCase(), ...name].join('.')]: value } };
}

const list = (value: string) => value.split(',').map((one) => one.trim());

const notFound = (node: string) => new Error(`field not found, node: ${node}`);
