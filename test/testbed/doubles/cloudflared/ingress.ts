import { domainToASCII } from 'node:url';
import { RE2JS } from 're2js';
import { z } from 'zod';

export const originRequestSchema = z.looseObject({
  httpHostHeader: z.string().optional(),
  noTLSVerify: z.boolean().optional(),
  bastionMode: z.boolean().optional(),
});
type OriginRequest = z.infer<typeof originRequestSchema>;

/** Cloudflare leaves out empty fields. */
const textSchema = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

const ruleSchema = z.looseObject({
  hostname: textSchema,
  path: textSchema,
  service: textSchema,
  originRequest: originRequestSchema.nullish(),
});
export const ingressSchema = z.array(ruleSchema);

/** A rule as it is written, with its parsed parts. */
export interface Rule {
  readonly hostname: string;
  readonly path: string;
  readonly service: string;
  readonly originRequest: OriginRequest;
}

/** Thrown for invalid rules, with the messages of cloudflare/cloudflared, ingress/ingress.go. */
export class IngressError extends Error {}

/**
 * @param defaults the originRequest of the whole document, which every rule inherits
 * @throws IngressError for the first invalid rule
 */
export function parseIngress(
  rules: z.infer<typeof ingressSchema>,
  defaults?: OriginRequest | null,
): readonly Rule[] {
  if (rules.length === 0) throw new IngressError("The config file doesn't contain any ingress rules");
  return rules.map((rule, at) => {
    const { hostname, path, service } = rule;
    const originRequest = { ...defaults, ...rule.originRequest };
    checkService(service, originRequest.bastionMode === true);
    checkHostname(hostname, path, at, at === rules.length - 1);
    checkPath(path, at);
    return { hostname, path, service, originRequest };
  });
}

function checkService(service: string, bastion: boolean): void {
  if (/^unix(\+tls)?:/.test(service)) return;
  const status = /^http_status:(.*)$/s.exec(service)?.[1];
  if (status !== undefined) {
    if (!/^[+-]?\d+$/.test(status))
      throw new IngressError(`invalid HTTP status code: strconv.Atoi: "${status}"`);
    if (Number(status) < 100 || Number(status) > 999)
      throw new IngressError(`invalid HTTP status code: ${Number(status)}`);
    return;
  }
  if (bastion || /^(hello_world|hello-world|socks-proxy|bastion)$/.test(service)) return;
  checkUrl(service);
}

/** Covers the differences between Go's net/url and the URL parser of browsers. */
function checkUrl(service: string): void {
  const [, scheme, rest = ''] = /^(?:([a-z][a-z0-9+.-]*):)?([^?#]*)/i.exec(service) ?? [];
  const [, authority = '', path = ''] = /^\/\/([^/]*)(.*)$/.exec(rest) ?? [];
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const isHost =
    /^\[[\da-f:]+(%25\w+)?\](:\d*)?$/i.test(host) ||
    /^([^ "#%/:<>?@[\]\\^`{|}]|["<>]|%25|%[89a-f][\da-f])*(:\d*)?$/i.test(host);
  const isUser = /^([\w.~!$&'()*+,;=:@-]|%[\da-f]{2})*$/i.test(
    authority.slice(0, authority.lastIndexOf('@') + 1),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Go refuses these.
  if (!isHost || !isUser || /[\x00-\x1f\x7f]/.test(service.split('#', 1)[0] ?? ''))
    throw new IngressError(`parse "${service}": invalid character in host name`);
  if (scheme === undefined || host.replace(/:\d*$/, '') === '')
    throw new IngressError(
      `${service} is an invalid address, please make sure it has a scheme and a hostname`,
    );
  if (path !== '')
    throw new IngressError(
      `${service} is an invalid address, ingress rules don't support proxying to a different path on the origin service. The path will be the same as the eyeball request's path`,
    );
}

function checkHostname(hostname: string, path: string, at: number, last: boolean): void {
  if (/^([^:[\]]*|\[[^\]]*\]):[^:[\]]*$/.test(hostname))
    throw new IngressError('Hostname cannot contain a port');
  if (hostname.lastIndexOf('*') > 0)
    throw new IngressError(
      'Hostname patterns can have at most one wildcard character ("*") and it can only be used for subdomains, e.g. "*.example.com"',
    );
  const catchesAll = (hostname === '' || hostname === '*') && path === '';
  if (last && !catchesAll)
    throw new IngressError(
      'The last ingress rule must match all URLs (i.e. it should not have a hostname or path filter)',
    );
  if (!last && catchesAll)
    throw new IngressError(
      `Rule #${at + 1} is matching the hostname '${hostname}', but this will match every hostname, meaning the rules which follow it will never be triggered.`,
    );
}

function checkPath(path: string, at: number): void {
  try {
    expressionOf(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new IngressError(`Rule #${at + 1} has an invalid regex: ${why}`);
  }
}

/** Go accepts two groups with the same name and re2js does not, so the second one loses its name. */
function expressionOf(path: string): RE2JS {
  const names = new Set<string>();
  const unique = path.replace(/\(\?P<(\w+)>/g, (group, name: string) => {
    if (names.has(name)) return '(';
    names.add(name);
    return group;
  });
  return RE2JS.compile(unique);
}

/** Returns the index of the first matching rule. One always matches, because the last rule matches everything. */
export function matchingRule(rules: readonly Rule[], host: string, path: string): number {
  const asked = host.replace(/:\d+$/, '');
  const found = rules.findIndex(
    ({ hostname, path: pattern }) =>
      (matchesHost(hostname, asked) || matchesHost(punycode(hostname), asked)) &&
      (pattern === '' || expressionOf(pattern).matcher(path).find()),
  );
  return found === -1 ? rules.length - 1 : found;
}

/** A valid DNS name is also compared in lower case; a name with a wildcard is not. */
function punycode(hostname: string): string {
  const isName = /^[\p{L}\p{N}.-]+$/u.test(hostname) && !hostname.split('.').some((one) => /^-|-$/.test(one));
  // A name that no request has; an empty one would match everything.
  return (isName && domainToASCII(hostname)) || 'none.invalid';
}

/** A star matches at least one label; in older versions `*.example.com` also matched `example.com`. */
function matchesHost(rule: string, asked: string): boolean {
  return (
    rule === '' || rule === '*' || rule === asked || (rule.startsWith('*.') && asked.endsWith(rule.slice(1)))
  );
}
