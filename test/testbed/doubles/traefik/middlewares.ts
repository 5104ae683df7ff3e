import type { Middleware } from './dynamic.ts';

/** A request on its way to a server, which the middlewares change in succession. */
export interface Forwarded {
  path: string;
  /** With its question mark, or empty. */
  readonly search: string;
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Record<string, string | string[]>;
  readonly responseHeaders: Record<string, string>;
}

/** A redirect in place of forwarding to a server. */
export interface Redirection {
  readonly status: number;
  readonly location: string;
}
export type Step = (forwarded: Forwarded) => Redirection | undefined;

/** @throws Error for a middleware, or an option, of Traefik that the double does not support */
export function stepOf({ kind, options }: Middleware): Step {
  if (kind === 'stripprefix')
    return stripPrefix((options.prefixes ?? '').split(',').map((one) => one.trim()));
  if (kind === 'addprefix') return (forwarded) => addPrefix(forwarded, options.prefix ?? '');
  if (kind === 'headers') return setHeaders(options);
  if (kind === 'redirectscheme')
    return (forwarded) =>
      redirection(forwarded, options.scheme ?? 'https', options.port, options.permanent === 'true');
  throw new Error(`the double of Traefik does not play middlewares of the type ${kind}`);
}

/** Removes the first matching prefix, and reports it in X-Forwarded-Prefix. The remaining path starts with a slash. */
function stripPrefix(prefixes: readonly string[]): Step {
  return (forwarded) => {
    const prefix = prefixes.find((one) => forwarded.path.startsWith(one));
    if (prefix === undefined) return undefined;
    const rest = forwarded.path.slice(prefix.length);
    forwarded.path = rest.startsWith('/') ? rest : `/${rest}`;
    forwarded.headers['x-forwarded-prefix'] = [forwarded.headers['x-forwarded-prefix'] ?? [], prefix].flat();
    return undefined;
  };
}

function addPrefix(forwarded: Forwarded, prefix: string): undefined {
  forwarded.path = `${prefix}${forwarded.path}`;
}

/** Replaces headers of the client; an empty value removes a header. */
function setHeaders(options: Readonly<Record<string, string>>): Step {
  const pairs = Object.entries(options).map(([option, value]) => {
    const [, kind, name] = /^(customrequestheaders|customresponseheaders)\.(.+)$/.exec(option) ?? [];
    if (kind === undefined || name === undefined)
      throw new Error(`the double of Traefik does not play the option ${option} of the middleware headers`);
    return { request: kind === 'customrequestheaders', name: name.toLowerCase(), value };
  });
  return (forwarded) => {
    for (const { request, name, value } of pairs) {
      if (!request) forwarded.responseHeaders[name] = value;
      else if (value === '') delete forwarded.headers[name];
      else forwarded.headers[name] = value;
    }
    return undefined;
  };
}

/** Redirects if the scheme in X-Forwarded-Proto differs. */
export function redirection(
  { headers, path, search, method }: Forwarded,
  scheme: string,
  port: string | undefined,
  permanent: boolean,
): Redirection | undefined {
  if (headers['x-forwarded-proto'] === scheme) return undefined;
  const host = [headers.host ?? ''].flat().join().replace(/:\d+$/, '');
  const usual = port === undefined || port === { http: '80', https: '443' }[scheme];
  const status = method === 'GET' ? (permanent ? 301 : 302) : permanent ? 308 : 307;
  return { status, location: `${scheme}://${host}${usual ? '' : `:${port}`}${path}${search}` };
}
