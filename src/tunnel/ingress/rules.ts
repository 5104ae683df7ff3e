import { hasPort, matchesHost } from './hostname.ts';
import type { OriginSettings } from './origin-request.ts';
import { pathPattern } from './path-pattern.ts';
import { serviceFault } from './service.ts';

/** The parts of an ingress rule that decide where a request goes. What is left out is empty. */
export interface IngressRule {
  readonly hostname: string;
  /** A regular expression of Go that may match anywhere in the path. */
  readonly path: string;
  readonly service: string;
  /** Its own settings and those that it inherits; left out if there are none. */
  readonly origin?: OriginSettings;
}

/** What is wrong with a rule; `rule` counts from 0, and is the number of rules if one is missing. */
export interface IngressFault {
  readonly rule: number;
  readonly what: string;
}

/**
 * Returns what cloudflared would refuse in these rules. Source: cloudflare/cloudflared 2026.8.2, ingress/ingress.go
 * (validateIngress, validateHostname).
 */
export function ingressFaults(rules: readonly IngressRule[]): readonly IngressFault[] {
  if (rules.length === 0) return [{ rule: 0, what: 'there are no rules' }];
  return rules.flatMap((rule, index) =>
    [
      serviceFault(rule.service, rule.origin?.bastionMode === true),
      hostnameFault(rule, index === rules.length - 1),
      pathFault(rule.path),
    ]
      .filter((what) => what !== null)
      .map((what) => ({ rule: index, what })),
  );
}

/** Returns whether a rule matches every request. */
export function catchesAll({ hostname, path }: IngressRule): boolean {
  return (hostname === '' || hostname === '*') && path === '';
}

function hostnameFault(rule: IngressRule, last: boolean): string | null {
  const { hostname } = rule;
  if (hasPort(hostname)) return `${hostname} has a port`;
  if (hostname.lastIndexOf('*') > 0) return `${hostname} has a wildcard that is not its first label`;
  if (last && !catchesAll(rule)) return 'it is the last one, but does not match every request';
  if (!last && catchesAll(rule)) return 'it matches every request, so the rules after it are never used';
  return null;
}

function pathFault(path: string): string | null {
  const pattern = pathPattern(path);
  return pattern.is === 'refused' ? `its path is not a regular expression of Go: ${pattern.why}` : null;
}

/**
 * Returns the first rule that matches a request, counted from 0.
 * @param host in lower case
 * @param path without escapes, as Go's URL.Path
 * @returns -1 if none does; `unknown` if an earlier rule of that hostname has a path that erp-deploy cannot evaluate
 */
export function matchingRule(
  rules: readonly IngressRule[],
  host: string,
  path: string,
): number | { readonly unknown: number } {
  for (const [index, rule] of rules.entries()) {
    if (!matchesHost(rule.hostname, host)) continue;
    const pattern = pathPattern(rule.path);
    if (pattern.is === 'unknown') return { unknown: index };
    if (pattern.is === 'valid' && pattern.matches(path)) return index;
  }
  return -1;
}
