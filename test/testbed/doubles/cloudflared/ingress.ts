import { z } from 'zod';

const originRequestSchema = z.looseObject({
  httpHostHeader: z.string().optional(),
  noTLSVerify: z.boolean().optional(),
});

/** go-yaml reads a number into a string too. */
const textSchema = z.union([z.string(), z.number().transform(String), z.null().transform(() => '')]);

const ruleSchema = z.looseObject({
  hostname: textSchema.default(''),
  path: textSchema.default(''),
  service: textSchema.default(''),
  originRequest: originRequestSchema.nullish(),
});
export const ingressSchema = z.array(ruleSchema);

/** A rule as it is written, and what is read out of it. */
export interface Rule {
  readonly hostname: string;
  readonly path: string;
  readonly service: string;
  readonly originRequest: z.infer<typeof originRequestSchema>;
}

/** Rules that cannot be: the words are those of cloudflare/cloudflared, ingress/ingress.go. */
export class IngressError extends Error {}

/** @throws IngressError for the first rule that cannot be */
export function parseIngress(rules: z.infer<typeof ingressSchema>): readonly Rule[] {
  if (rules.length === 0) throw new IngressError("The config file doesn't contain any ingress rules");
  return rules.map(({ hostname, path, service, originRequest }, at) => {
    checkService(service);
    checkHostname(hostname, path, at, at === rules.length - 1);
    checkPath(path, at);
    return { hostname, path, service, originRequest: originRequest ?? {} };
  });
}

const named = /^(unix:|unix\+tls:|hello_world$|hello-world$|helloworld$|socks-proxy$|bastion$)/;

function checkService(service: string): void {
  if (named.test(service)) return;
  const status = /^http_status:(.*)$/.exec(service)?.[1];
  if (status !== undefined) {
    if (!/^\d{3}$/.test(status)) throw new IngressError(`invalid HTTP status: ${status}`);
    return;
  }
  const [, host = '', path = ''] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)([^?#]*)/i.exec(service) ?? [];
  if (host.replace(/:\d*$/, '') === '')
    throw new IngressError(
      `${service} is an invalid address, please make sure it has a scheme and a hostname`,
    );
  if (path !== '')
    throw new IngressError(
      `${service} is an invalid address, ingress rules don't support proxying to a different path on the origin service. The path will be the same as the eyeball request's path`,
    );
}

function checkHostname(hostname: string, path: string, at: number, last: boolean): void {
  if (/^[^:]*:\d*$/.test(hostname)) throw new IngressError('Hostname cannot contain a port');
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
    new RegExp(path);
  } catch {
    throw new IngressError(`Rule #${at + 1} has an invalid regex: error parsing regexp: \`${path}\``);
  }
}

/** The first that matches: there is one, since the last matches everything. Counted from 0, as the real one does. */
export function matchingRule(rules: readonly Rule[], host: string, path: string): number {
  const asked = host.toLowerCase().replace(/:\d+$/, '');
  const found = rules.findIndex(
    (rule) => matchesHost(rule.hostname.toLowerCase(), asked) && new RegExp(rule.path).test(path),
  );
  return found === -1 ? rules.length - 1 : found;
}

/** A star stands for at least one label; older versions let `*.example.com` match `example.com` too. */
function matchesHost(rule: string, asked: string): boolean {
  return (
    rule === '' || rule === '*' || rule === asked || (rule.startsWith('*.') && asked.endsWith(rule.slice(1)))
  );
}
