import { isDeepStrictEqual } from 'node:util';
import type { MadeRoute } from '../../domain/undo.ts';
import { isHost } from './hostname.ts';
import { neededSettings, type OriginSettings } from './origin-request.ts';
import type { WrittenRule } from './rule-text.ts';
import { catchesAll, type IngressRule, matchingRule } from './rules.ts';

/** A route: a public hostname, and the service that gets all of its requests. */
export interface Route {
  readonly hostname: string;
  /** Such as `http://traefik:80`. */
  readonly service: string;
}

/** The state of rules with regard to a route; rules count from 0. */
export type RouteState =
  /** This rule sends the requests to the service. */
  | { readonly is: 'there'; readonly rule: number }
  /** Only the catch-all matches the hostname: a rule has to be inserted before it. */
  | { readonly is: 'absent'; readonly before: number }
  /** A rule of that hostname leads elsewhere: its service has to be changed. */
  | { readonly is: 'elsewhere'; readonly rule: number; readonly service: string }
  /** An earlier rule takes requests of that hostname: a rule has to be inserted before it. */
  | {
      readonly is: 'covered';
      readonly before: number;
      readonly service: string;
      /** Why it takes them, if the service alone does not say it. */
      readonly because?: string;
    };

/**
 * @param rules valid rules: the last one matches every request
 * @param paths the paths that have to reach the service
 */
export function routeState(
  rules: readonly IngressRule[],
  route: Route,
  paths: readonly string[],
): RouteState {
  const host = route.hostname.toLowerCase();
  const found = paths.map((path) => matchingRule(rules, host, path));
  const taken = found.map((at) => (typeof at === 'number' ? at : at.unknown));
  const wrong = found.flatMap((at, index) => {
    const rule = taken[index] ?? rules.length;
    return typeof at === 'number' && leadsTo(rules[rule], route) ? [] : [rule];
  });
  if (wrong.length === 0) return { is: 'there', rule: Math.max(0, ...taken.slice(0, 1)) };
  const first = Math.min(...wrong);
  const rule = rules[first];
  if (rule === undefined) return { is: 'absent', before: rules.length };
  if (catchesAll(rule)) return { is: 'absent', before: first };
  const isUnknown = found.some((at) => typeof at !== 'number' && at.unknown === first);
  const { service } = rule;
  const unsuited = unsuitedBy(rule, route);
  // In place, only if the rule's other settings suit the new service.
  if (unsuited === null && rule.path === '' && isHost(rule.hostname, host))
    return { is: 'elsewhere', rule: first, service };
  const covered = { is: 'covered', before: first, service } as const;
  if (isUnknown) return { ...covered, because: `its path, ${rule.path}, cannot be evaluated and may match` };
  return sameService(service, route.service) && unsuited !== null
    ? { ...covered, because: unsuited }
    : covered;
}

function leadsTo(rule: IngressRule | undefined, route: Route): boolean {
  return rule !== undefined && sameService(rule.service, route.service) && unsuitedBy(rule, route) === null;
}

/** Returns which setting of a rule keeps its requests from Traefik's route; null if none does. */
function unsuitedBy({ origin }: IngressRule, { hostname }: Route): string | null {
  if (origin?.bastionMode === true) return 'bastionMode is on, so the client names the destination';
  const header = origin?.httpHostHeader ?? '';
  if (header === '' || header.toLowerCase() === hostname.toLowerCase()) return null;
  return `httpHostHeader replaces the hostname with ${header}`;
}

/** Returns whether two services are the same; the default port of a scheme may be left out. */
export function sameService(one: string, other: string): boolean {
  return normalized(one) === normalized(other);
}

function normalized(service: string): string {
  const lower = service.toLowerCase();
  return lower.replace(/^(http:\/\/[^/]*):80$/, '$1').replace(/^(https:\/\/[^/]*):443$/, '$1');
}

/** Returns the rule of a route as the file or Cloudflare has it, with the settings that it must not inherit. */
export function ruleOf({ hostname, service }: Route, inherited: OriginSettings): WrittenRule {
  const own = neededSettings(inherited);
  return { hostname, service, ...(own === null ? {} : { originRequest: own }) };
}

/**
 * Returns the rules with the route inserted, or with its service replaced.
 * @param at the position of the state's rule in these rules
 */
export function withRoute(
  rules: readonly unknown[],
  state: RouteState,
  at: number,
  route: Route,
  inherited: OriginSettings,
): readonly unknown[] {
  switch (state.is) {
    case 'there':
      return rules;
    case 'elsewhere':
      return rules.map((rule, index) =>
        index === at && typeof rule === 'object' ? { ...rule, service: route.service } : rule,
      );
    case 'absent':
    case 'covered':
      return rules.toSpliced(at, 0, ruleOf(route, inherited));
  }
}

/** The rule that a rollout made: its index, or that it was removed, or edited since. */
export type MadeRule = number | 'gone' | 'edited';

/** Finds the rule that was inserted or changed, wherever it is now; another rule may take its requests. */
export function madeRule(
  rules: readonly unknown[],
  { hostname, service, was, settings }: MadeRoute,
): MadeRule {
  const found: number[] = [];
  let isEdited = false;
  for (const [index, rule] of rules.entries()) {
    if (typeof rule !== 'object' || rule === null) continue;
    const parts: { hostname?: unknown; path?: unknown; service?: unknown } = rule;
    const isOurs = isHost(String(parts.hostname ?? ''), hostname) && parts.service === service;
    if (!isOurs || (parts.path ?? '') !== '') continue;
    const made = { hostname, service, ...(settings === undefined ? {} : { originRequest: settings }) };
    if (was !== undefined || isDeepStrictEqual(rule, made)) found.push(index);
    else isEdited = true;
  }
  return found[0] ?? (isEdited ? 'edited' : 'gone');
}

/** Returns the rules as they were before a rule was inserted or changed. @param at the index of that rule */
export function rulesBefore(rules: readonly unknown[], at: number, { was }: MadeRoute): readonly unknown[] {
  const rule = rules[at];
  if (was === undefined || typeof rule !== 'object' || rule === null) return rules.toSpliced(at, 1);
  return rules.toSpliced(at, 1, { ...rule, service: was });
}
