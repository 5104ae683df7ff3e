/** The parts of a `postgres://` URL, percent-decoded; a part that is missing or empty is absent. */
export interface DatabaseUrl {
  readonly host?: string;
  readonly port?: string;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  /** The parameters after the `?`, by name. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** What is wrong with a URL, and what to do. Quotes no part of the URL, since any may belong to a password. */
export interface UrlFault {
  readonly what: string;
  readonly todo: string;
}

export type ReadUrl = { readonly url: DatabaseUrl } | { readonly fault: UrlFault };

/** Returns whether a URL, even a malformed one, seems to contain a password. */
export function holdsPassword(value: string): boolean {
  return /^[^/]*:\/\/[^@/]*:[^@/]+@|:\/\/.*:.*@|[?&]password=./is.test(value);
}

/**
 * Parses a connection URL as libpq does, not as browsers do: `#` and `+` are ordinary characters, and
 * so is `?` before the `@`. Several hosts are refused, because a rollout has one server.
 * Source: https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNSTRING-URIS and
 * conninfo_uri_parse_options in fe-connect.c
 */
export function readDatabaseUrl(value: string): ReadUrl {
  const scheme = /^[A-Za-z][\w+.-]*:\/\//.exec(value)?.[0];
  if (scheme === undefined) return fault('it is not a URL', 'write postgres://user@host:5432/database');
  if (!/^postgres(?:ql)?:\/\/$/.test(scheme)) {
    return fault(
      'its scheme is neither postgres:// nor postgresql://',
      'write postgres://user@host:5432/database',
    );
  }
  const parts =
    /^(?:([^@/:]*)(?::([^@/]*))?@)?(\[[^\]]*\]|[^:/?]*)(?::([^/?]*))?(?:\/([^?]*))?(?:\?(.*))?$/s.exec(
      value.slice(scheme.length),
    );
  if (parts === null) return fault('it is malformed', encodeSpecial);
  const [, user, password, host = '', port, database, query] = parts;
  if (/[@[\]\s]/.test(host.replace(/^\[([\da-fA-F:.%\w]+)\]$/, '$1'))) {
    return fault('its host contains a character that is not allowed', encodeSpecial);
  }
  if (host.includes(',') || port?.includes(',')) {
    return fault('it has several hosts', 'name only the one that accepts writes');
  }
  return decoded({ user, password, host: host.replace(/^\[|\]$/g, ''), port, database }, query ?? '');
}

const encodeSpecial =
  'write special characters of the user and password as %40 (@), %2F (/), %3A (:), %25 (%)';

function fault(what: string, todo: string): { fault: UrlFault } {
  return { fault: { what, todo } };
}

function decoded(parts: Readonly<Record<string, string | undefined>>, query: string): ReadUrl {
  const values = new Map<string, string>();
  const parameters = new Map<string, string>();
  for (const [name, part] of Object.entries(parts)) {
    const value = percentDecoded(part ?? '');
    if (value === undefined) return fault('it contains a malformed %-escape', encodeSpecial);
    // libpq treats an empty part as missing.
    if (value !== '') values.set(name, value);
  }
  for (const pair of query.split('&').filter((one) => one !== '')) {
    const [name, value, ...more] = pair.split('=').map(percentDecoded);
    if (name === undefined || value === undefined || more.length > 0) {
      return fault('its parameters after ? are not name=value pairs joined by &', encodeSpecial);
    }
    parameters.set(name, value);
  }
  return { url: { ...Object.fromEntries(values), parameters } };
}

/** Decodes a part; undefined if an escape is malformed, not UTF-8, or NUL. */
function percentDecoded(part: string): string | undefined {
  try {
    const text = decodeURIComponent(part);
    return text.includes('\0') ? undefined : text;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
