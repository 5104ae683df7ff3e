import type { Log } from '../parts/console-log.ts';
import type { HttpConfiguration, Router, Service } from './dynamic.ts';
import type { EntryPoint } from './flags.ts';
import type { Matcher } from './matchers.ts';
import { type Step, stepOf } from './middlewares.ts';
import { parseRule } from './rule.ts';

/** A usable router with its service and middlewares. */
export interface Route {
  readonly router: string;
  readonly matches: Matcher;
  readonly steps: readonly Step[];
  readonly service: Service;
}

/** A router in the form of the API, usable or not. */
export interface RouterState extends Router {
  readonly name: string;
  readonly using: readonly string[];
  readonly errors: readonly string[];
}

/** The active configuration. */
export interface Runtime {
  /** Routes by entry point; the first match is used. */
  readonly routes: ReadonlyMap<string, readonly Route[]>;
  readonly routers: readonly RouterState[];
  readonly configuration: HttpConfiguration;
}

export const nothing: Runtime = {
  routes: new Map(),
  routers: [],
  configuration: { routers: {}, services: {}, middlewares: {} },
};

/**
 * Turns routers into routes. A router with an unknown service, middleware or entry point, or an invalid rule, is logged
 * as an error and results in no route. Source: traefik/traefik, pkg/server/router/router.go.
 */
export function createRuntime(
  configuration: HttpConfiguration,
  entryPoints: readonly EntryPoint[],
  log: Log,
): Runtime {
  const routes = new Map<string, Route[]>();
  const names = entryPoints.map(({ name }) => name);
  const routers = Object.entries(configuration.routers).map(([short, router]): RouterState => {
    const name = qualified(short);
    const wanted =
      router.entryPoints.length === 0 ? names.filter((one) => one !== 'traefik') : router.entryPoints;
    const using = wanted.filter((one) => names.includes(one));
    const errors: string[] = [];
    for (const missing of wanted.filter((one) => !names.includes(one))) {
      errors.push(`entryPoint "${missing}" doesn't exist`);
      log('error', "EntryPoint doesn't exist", { entryPointName: missing, routerName: name });
    }
    if (using.length === 0) {
      errors.push('no valid entryPoint for this router');
      log('error', 'No valid entryPoint for this router', { routerName: name });
    }
    for (const entryPointName of using) {
      try {
        const route = routeOf(name, router, configuration);
        // A router with TLS serves only TLS connections, which the double does not support.
        if (!router.tls) routes.set(entryPointName, [...(routes.get(entryPointName) ?? []), route]);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        errors.push(message);
        log('error', '', { error: message, entryPointName, routerName: name });
      }
    }
    return { ...router, priority: priorityOf(router), name, using, errors };
  });
  const priorities = new Map(routers.map(({ name, priority }) => [name, priority]));
  for (const list of routes.values())
    list.sort((a, b) => (priorities.get(b.router) ?? 0) - (priorities.get(a.router) ?? 0));
  return { routes, routers, configuration };
}

function routeOf(name: string, router: Router, { services, middlewares }: HttpConfiguration): Route {
  const service = services[unqualified(router.service)];
  if (service === undefined) throw new Error(`the service "${qualified(router.service)}" does not exist`);
  const steps = router.middlewares.map((one) => {
    const middleware = middlewares[unqualified(one)];
    if (middleware === undefined) throw new Error(`middleware "${qualified(one)}" does not exist`);
    return stepOf(middleware);
  });
  return { router: name, matches: parseRule(router.rule), steps, service };
}

/** The default priority is the length of the rule. */
const priorityOf = ({ priority, rule }: Router) => (priority === 0 ? Buffer.byteLength(rule) : priority);

export const qualified = (name: string) => (name.includes('@') ? name : `${name}@docker`);

const unqualified = (name: string) => name.replace(/@docker$/, '');
