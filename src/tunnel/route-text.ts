import type { Consent } from '../domain/change.ts';
import type { Finding } from '../domain/step.ts';
import type { MadeRoute } from '../domain/undo.ts';
import { neededSettings, type OriginSettings } from './ingress/origin-request.ts';
import type { Route, RouteState } from './ingress/route.ts';
import { type SingleOrigin, shownService } from './single-origin.ts';

/** @param location the name of the file or configuration that contains the rules */
export function routeFindings(
  location: string,
  state: RouteState,
  { hostname, service }: Route,
  origin: SingleOrigin | null,
): readonly Finding[] {
  const finding = (found: string) => [
    { what: location, expected: `${hostname} → ${service}`, actual: found },
  ];
  if (origin !== null && state.is !== 'there')
    return finding(`no rules: every request goes to ${shownService(origin)} (${origin.source})`);
  switch (state.is) {
    case 'there':
      return [];
    case 'absent':
      return finding('only the last rule matches that hostname');
    case 'elsewhere':
      return finding(`${hostname} → ${state.service}`);
    case 'covered':
      return finding(coveredText(state));
  }
}

/** Says which rule takes requests of the hostname, and why. */
export function coveredText({ before, service, because }: RouteState & { readonly is: 'covered' }): string {
  const rule = `rule ${before + 1} sends requests of that hostname to ${service}`;
  return because === undefined ? rule : `${rule}: ${because}`;
}

/** Returns what a rollback needs to revert the route. Without `was`, a rule was inserted; otherwise, one was changed. */
export function undoFor(
  state: RouteState,
  { hostname, service }: Route,
  inherited: OriginSettings,
): MadeRoute {
  const made = { type: 'route', hostname, service } as const;
  if (state.is === 'elsewhere') return { ...made, was: state.service };
  const settings = neededSettings(inherited);
  return settings === null ? made : { ...made, settings };
}

/** Returns the approval that is needed to replace a route that leads elsewhere; null if there is none. */
export function consentFor(
  location: string,
  state: RouteState,
  { hostname, service }: Route,
  origin: SingleOrigin | null,
): Consent | null {
  if (origin !== null && state.is !== 'there')
    return {
      flag: '--replace-route',
      why: `${origin.source} sends every request to ${shownService(origin)}, as long as there are no rules. With rules, ${hostname} is sent to ${service}, and the last rule sends all other requests to ${shownService(origin)}.`,
    };
  if (state.is !== 'elsewhere' && state.is !== 'covered') return null;
  return {
    flag: '--replace-route',
    why: `${location} sends ${hostname} to ${state.service}${state.is === 'covered' && state.because !== undefined ? ` (${state.because})` : ''}; it would be sent to ${service} instead.`,
  };
}
