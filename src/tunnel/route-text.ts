import type { Consent, MadeRoute } from '../domain/change.ts';
import type { Finding } from '../domain/step.ts';
import type { Route, RouteState } from './ingress/route.ts';

/** @param location the name of the file or configuration that contains the rules */
export function routeFindings(
  location: string,
  state: RouteState,
  { hostname, service }: Route,
): readonly Finding[] {
  const wanted = `${hostname} → ${service}`;
  switch (state.is) {
    case 'there':
    case 'unreadable':
      return [];
    case 'absent':
      return [{ what: location, wanted, found: 'only the last rule matches that hostname' }];
    case 'elsewhere':
      return [{ what: location, wanted, found: `${hostname} → ${state.service}` }];
    case 'covered':
      return [
        { what: location, wanted, found: `rule ${state.before + 1} sends that hostname to ${state.service}` },
      ];
  }
}

/** Returns what a rollback needs to revert the route. Without `was`, a rule was inserted; otherwise, one was changed. */
export function undoFor(state: RouteState, { hostname, service }: Route): MadeRoute {
  const made = { type: 'route', hostname, service } as const;
  return state.is === 'elsewhere' ? { ...made, was: state.service } : made;
}

/** Returns the approval that is needed to replace a route that leads elsewhere; null if there is none. */
export function consentFor(
  location: string,
  state: RouteState,
  { hostname, service }: Route,
): Consent | null {
  if (state.is !== 'elsewhere' && state.is !== 'covered') return null;
  return {
    flag: '--replace-route',
    why: `${location} sends ${hostname} to ${state.service}; it would be sent to ${service} instead.`,
  };
}
