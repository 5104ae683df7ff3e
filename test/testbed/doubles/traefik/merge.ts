import { isDeepStrictEqual } from 'node:util';
import type { Log } from '../parts/console-log.ts';
import type { HttpConfiguration, Service } from './dynamic.ts';

/**
 * Puts together what all containers say. Names are global: services of one name become one, with the
 * servers of all, wherever the containers come from; routers and middlewares of one name have to be equal,
 * and else none of them holds. Source: traefik/traefik, pkg/provider/configuration.go, Merge.
 * @param all by the container's name and id
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
