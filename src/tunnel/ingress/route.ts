import { isDeepStrictEqual } from 'node:util';
import type { MadeRoute } from '../../domain/change.ts';
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
  /** A wildcard, or a rule with a path, leads elsewhere: a rule has to be inserted before it. */
  | { readonly is: 'covered'; readonly before: number; readonly service: string }
  /** The path of this rule cannot be parsed, so what it matches is unknown. */
  | { readonly is: 'unreadable'; readonly rule: number };

/** One request for each schema represents the route. */
const sampledPaths = ['/erp/people', '/agent/sessions'] as const;

/** @param rules valid rules: the last one matches every request */
export function routeState(rules: readonly IngressRule[], { hostname, service }: Route): RouteState {
  const found: number[] = [];
  for (const path of sampledPaths) {
    const at = matchingRule(rules, hostname, path);
    if (typeof at !== 'number') return { is: 'unreadable', rule: at.unreadable };
    found.push(at);
  }
  const wrong = found.find((at) => !sameService(rules[at]?.service ?? '', service));
  const first = found[0] ?? -1;
  if (wrong === undefined) return { is: 'there', rule: first };
  const rule = rules[wrong];
  if (rule === undefined) return { is: 'absent', before: rules.length };
  if (catchesAll(rule)) return { is: 'absent', before: wrong };
  const own = rule.hostname.toLowerCase() === hostname.toLowerCase() && rule.path === '';
  if (own) return { is: 'elsewhere', rule: wrong, service: rule.service };
  return { is: 'covered', before: wrong, service: rule.service };
}

/** Returns whether two services are the same; the default port of a scheme may be left out. */
export function sameService(one: string, other: string): boolean {
  return normalized(one) === normalized(other);
}

function normalized(service: string): string {
  const lower = service.toLowerCase();
  return lower.replace(/^(http:\/\/[^/]*):80$/, '$1').replace(/^(https:\/\/[^/]*):443$/, '$1');
}

/** Returns the rules with the route inserted, or with its service replaced. */
export function withRoute(rules: readonly object[], state: RouteState, route: Route): readonly object[] {
  switch (state.is) {
    case 'there':
    case 'unreadable':
      return rules;
    case 'elsewhere':
      return rules.map((rule, index) => (index === state.rule ? { ...rule, service: route.service } : rule));
    case 'absent':
    case 'covered':
      return rules.toSpliced(state.before, 0, { hostname: route.hostname, service: route.service });
  }
}

/**
 * Returns the rules as they were before a rule was inserted or changed.
 * @returns null if that rule was edited since
 */
export function rulesBefore(
  rules: readonly unknown[],
  at: number,
  { hostname, service, was }: MadeRoute,
): readonly object[] | null {
  const rule = rules[at];
  const all = rules.filter((one) => typeof one === 'object' && one !== null);
  if (all.length < rules.length || typeof rule !== 'object' || rule === null) return null;
  if (was === undefined) return isDeepStrictEqual(rule, { hostname, service }) ? all.toSpliced(at, 1) : null;
  const { hostname: name, service: leads }: { hostname?: unknown; service?: unknown } = rule;
  const isAsLeft = String(name).toLowerCase() === hostname.toLowerCase() && leads === service;
  return isAsLeft ? all.toSpliced(at, 1, { ...rule, service: was }) : null;
}
