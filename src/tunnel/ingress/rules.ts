/** A rule of a tunnel's ingress, as far as it decides where a request goes. What is left out is empty. */
export interface IngressRule {
  readonly hostname: string;
  /** A regular expression, anywhere in the path. */
  readonly path: string;
  readonly service: string;
}

/** What is wrong with a rule; `rule` counts from 0, and is the length where a rule is missing. */
export interface IngressFault {
  readonly rule: number;
  readonly what: string;
}

/**
 * What cloudflared would refuse of these rules; empty where nothing. After cloudflare/cloudflared,
 * ingress/ingress.go (validateIngress, validateHostname).
 */
export function ingressFaults(rules: readonly IngressRule[]): readonly IngressFault[] {
  if (rules.length === 0) return [{ rule: 0, what: 'there is no rule at all' }];
  return rules.flatMap((rule, index) =>
    [serviceFault(rule.service), hostnameFault(rule, index === rules.length - 1)]
      .filter((what) => what !== null)
      .map((what) => ({ rule: index, what })),
  );
}

/** Whether a rule takes every request. */
export function catchesAll({ hostname, path }: IngressRule): boolean {
  return (hostname === '' || hostname === '*') && path === '';
}

/** Services without an address. */
const special = /^(hello_world|hello-world|bastion|socks-proxy|unix(\+tls)?:.+)$/;

function serviceFault(service: string): string | null {
  if (service === '') return 'it has no service';
  if (special.test(service)) return null;
  const status = /^http_status:(.*)$/.exec(service)?.[1];
  if (status !== undefined) return /^[1-9]\d{2}$/.test(status) ? null : `${service} is no HTTP status`;
  const [, host = '', path = ''] = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)([^?#]*)/i.exec(service) ?? [];
  if (host.replace(/:\d*$/, '') === '') return `${service} has no scheme or no host`;
  return path === '' ? null : `${service} has a path, and cloudflared cannot route to one`;
}

function hostnameFault(rule: IngressRule, last: boolean): string | null {
  const { hostname } = rule;
  if (/^[^:]*:\d*$/.test(hostname)) return `${hostname} has a port`;
  if (hostname.lastIndexOf('*') > 0) return `${hostname} has a star that is not its first part`;
  if (last && !catchesAll(rule)) return 'it is the last one, and does not take every request';
  if (!last && catchesAll(rule)) return 'it takes every request, so the rules behind it are never reached';
  return null;
}

/**
 * The rule that takes a request, counted from 0: the first that fits.
 * @returns -1 where none does; `unreadable` where a rule of that name stands before it whose path is a regular
 * expression of Go's that JavaScript does not read
 */
export function matchingRule(
  rules: readonly IngressRule[],
  host: string,
  path: string,
): number | { readonly unreadable: number } {
  for (const [index, rule] of rules.entries()) {
    if (!takesHost(rule.hostname.toLowerCase(), host.toLowerCase())) continue;
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

/** A star stands for at least one label. */
function takesHost(rule: string, host: string): boolean {
  return (
    rule === '' || rule === '*' || rule === host || (rule.startsWith('*.') && host.endsWith(rule.slice(1)))
  );
}
