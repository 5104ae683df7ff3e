import type { IncomingHttpHeaders } from 'node:http';

/** The parts of a request that rules match. */
export interface Asked {
  readonly method: string;
  /** In lower case, without a port. */
  readonly host: string;
  /** Unchanged, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}
export type Matcher = (asked: Asked) => boolean;

const withoutDot = (host: string) => host.toLowerCase().replace(/\.$/, '');

/** All matchers of the v3 syntax except ClientIP. Regular expressions are those of JavaScript, not Go. */
const matchers: Readonly<
  Record<string, { readonly takes: readonly number[]; make(...values: string[]): Matcher }>
> = {
  Host: {
    takes: [1],
    make:
      (host = '') =>
      (asked) =>
        withoutDot(asked.host) === withoutDot(host),
  },
  HostRegexp: {
    takes: [1],
    make:
      (text = '') =>
      (asked) =>
        new RegExp(text).test(asked.host),
  },
  Path: { takes: [1], make: (path = '') => slashed(path, (asked) => asked.path === path) },
  PathPrefix: { takes: [1], make: (path = '') => slashed(path, (asked) => asked.path.startsWith(path)) },
  PathRegexp: {
    takes: [1],
    make:
      (text = '') =>
      (asked) =>
        new RegExp(text).test(asked.path),
  },
  Method: {
    takes: [1],
    make:
      (method = '') =>
      (asked) =>
        asked.method === method.toUpperCase(),
  },
  Header: {
    takes: [2],
    make:
      (name = '', value) =>
      (asked) =>
        asked.headers[name.toLowerCase()] === value,
  },
  HeaderRegexp: {
    takes: [2],
    make:
      (name = '', text = '') =>
      ({ headers }) =>
        new RegExp(text).test([headers[name.toLowerCase()] ?? ''].flat().join()),
  },
  Query: {
    takes: [1, 2],
    make:
      (key = '', value = '') =>
      (asked) =>
        asked.query.getAll(key).includes(value),
  },
};

/** @returns undefined for an unknown matcher. @throws Error for invalid values */
export function matcherOf(name: string, values: readonly string[]): Matcher | undefined {
  const matcher = Object.hasOwn(matchers, name) ? matchers[name] : undefined;
  if (matcher !== undefined && !matcher.takes.includes(values.length))
    throw new Error(
      `error while adding rule ${name}: unexpected number of parameters; got ${values.length}, expected one of [${matcher.takes.join(' ')}]`,
    );
  return matcher?.make(...values);
}

function slashed(path: string, matcher: Matcher): Matcher {
  if (!path.startsWith('/'))
    throw new Error(`error while adding rule Path: path "${path}" does not start with a '/'`);
  return matcher;
}
