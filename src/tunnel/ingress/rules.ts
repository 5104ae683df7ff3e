/** The parts of an ingress rule that decide where a request goes. What is left out is empty. */
export interface IngressRule {
  readonly hostname: string;
  /** A regular expression that may match anywhere in the path. */
  readonly path: string;
  readonly service: string;
}

/** What is wrong with a rule; `rule` counts from 0, and is the number of rules if one is missing. */
export interface IngressFault {
  readonly rule: number;
  readonly what: string;
}

/**
 * Returns what cloudflared would refuse in these rules. Source: cloudflare/cloudflared, ingress/ingress.go
 * (validateIngress, validateHostname).
 */
export function ingressFaults(rules: readonly IngressRule[]): readonly IngressFault[] {
  if (rules.length === 0) return [{ rule: 0, what: 'there are no rules' }];
  return rules.flatMap((rule, index) =>
    [serviceFault(rule.service), hostnameFault(rule, index === rules.length - 1)]
      .filter((what) => what !== null)
      .map((what) => ({ rule: index, what })),
  );
}

/** Returns whether a rule matches every request. */
export function catchesAll({ hostname, path }: IngressRule): boolean {
  return (hostname === '' || hostname === '*') && path === '';
}

/** Services without an address. */
const special = /^(hello_world|hello-world|bastion|socks-proxy|unix(\+tls)?:.+)$/;

function serviceFault(service: string): string | null {
  if (service === '') return 'it has no service';
  if (special.test(service)) return null;
  const status = /^http_status:(.*)$/.exec(service)?.[1];
  if (status !== undefined) return /^[1-9]\d{2}$/.test(status) ? null : `${service} is not an HTTP status`;
  const [, host = '', path = ''] = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)([^?#]*)/i.exec(service) ?? [];
  if (host.replace(/:\d*$/, '') === '') return `${service} has no scheme or no host`;
  return path === '' ? null : `${service} has a path, which cloudflared does not support`;
}

function hostnameFault(rule: IngressRule, last: boolean): string | null {
  const { hostname } = rule;
  if (/^[^:]*:\d*$/.test(hostname)) return `${hostname} has a port`;
  if (hostname.lastIndexOf('*') > 0) return `${hostname} has a wildcard that is not its first label`;
  if (last && !catchesAll(rule)) return 'it is the last one, but does not match every request';
  if (!last && catchesAll(rule)) return 'it matches every request, so the rules after it are never used';
  return null;
}

/**
 * Returns the first rule that matches a request, counted from 0.
 * @returns -1 if none does; `unreadable` if an earlier rule of that hostname has a path that is a regular expression of
 * Go which JavaScript cannot parse
 */
export function matchingRule(
  rules: readonly IngressRule[],
  host: string,
  path: string,
): number | { readonly unreadable: number } {
  for (const [index, rule] of rules.entries()) {
    if (!matchesHost(rule.hostname.toLowerCase(), host.toLowerCase())) continue;
    const pattern = patternOf(rule.path);
    if (pattern === null) return { unreadable: index };
    if (pattern.test(path)) return index;
  }
  return -1;
}

function patternOf(path: string): RegExp | null {
  const [, flags = '', rest = path] = /^\(\?(i)\)(.*)$/s.exec(path) ?? [];
  try {
    return new RegExp(rest, flags);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A wildcard matches one or more labels. */
function matchesHost(rule: string, host: string): boolean {
  return (
    rule === '' || rule === '*' || rule === host || (rule.startsWith('*.') && host.endsWith(rule.slice(1)))
  );
}
