import { isDeepStrictEqual } from 'node:util';
import type { Log } from '../parts/console-log.ts';
import type { HttpConfiguration, Service } from './dynamic.ts';

/**
 * Merges the configurations of all containers. Names are global: services with the same name become one with all
 * servers; routers and middlewares with the same name have to be equal, otherwise none of them is used. Source:
 * traefik/traefik, pkg/provider/configuration.go, Merge.
 * @param all configurations by name and id of the container
 */
export function merge(all: ReadonlyMap<string, HttpConfiguration>, log: Log): HttpConfiguration {
  const roots = [...all.keys()].toSorted();
  const gather = <One>(
    section: 'routers' | 'services' | 'middlewares',
    pick: (of: HttpConfiguration) => Readonly<Record<string, One>>,
    join: (a: One, b: One) => One | undefined,
  ) => {
    const merged = new Map<string, One>();
    const conflicts = new Set<string>();
    for (const root of roots) {
      const said = all.get(root);
      for (const [name, one] of Object.entries(said === undefined ? {} : pick(said))) {
        const before = merged.get(name);
        const joined = before === undefined ? one : join(before, one);
        if (joined === undefined) conflicts.add(name);
        else merged.set(name, joined);
      }
    }
    for (const name of conflicts) {
      merged.delete(name);
      const configuration = roots.filter((root) => name in (all.get(root)?.[section] ?? {}));
      const [what, field] = words[section];
      log('error', `${what} defined multiple times with different configurations`, {
        [field]: name,
        configuration,
      });
    }
    return Object.fromEntries(merged);
  };
  const same = <One>(a: One, b: One) => (isDeepStrictEqual(a, b) ? a : undefined);
  return {
    services: gather('services', (one) => one.services, balanced),
    routers: gather('routers', (one) => one.routers, same),
    middlewares: gather('middlewares', (one) => one.middlewares, same),
  };
}

const words = {
  services: ['Service', 'serviceName'],
  routers: ['Router', 'routerName'],
  middlewares: ['Middleware', 'middlewareName'],
} as const;

function balanced(a: Service, b: Service): Service | undefined {
  if (!isDeepStrictEqual({ ...a, servers: [] }, { ...b, servers: [] })) return undefined;
  return { ...a, servers: [...new Set([...a.servers, ...b.servers])] };
}
