import type { Consent, MadeRoute } from '../domain/change.ts';
import type { Finding } from '../domain/step.ts';
import type { Route, RouteState } from './ingress/route.ts';

/** @param where the rules are kept */
export function routeFindings(
  where: string,
  state: RouteState,
  { hostname, service }: Route,
): readonly Finding[] {
  const wanted = `${hostname} → ${service}`;
  switch (state.is) {
    case 'there':
    case 'unreadable':
      return [];
    case 'absent':
      return [{ what: where, wanted, found: 'no rule takes that name but the last' }];
    case 'elsewhere':
      return [{ what: where, wanted, found: `${hostname} → ${state.service}` }];
    case 'covered':
      return [{ what: where, wanted, found: `rule ${state.before + 1} takes that name to ${state.service}` }];
  }
}

/** What takes the route back: a rule of that very name was repointed, any other is put in. */
export function undoFor(state: RouteState, { hostname, service }: Route): MadeRoute {
  const made = { type: 'route', hostname, service } as const;
  return state.is === 'elsewhere' ? { ...made, was: state.service } : made;
}

/** A route that leads somewhere else is somebody's; null where it is not. */
export function consentFor(where: string, state: RouteState, { hostname, service }: Route): Consent | null {
  if (state.is !== 'elsewhere' && state.is !== 'covered') return null;
  return {
    flag: '--replace-route',
    why: `${where} sends ${hostname} to ${state.service}; it would go to ${service}.`,
  };
}
