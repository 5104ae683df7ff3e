import type { Level } from '../parts/console-log.ts';

/** An address to listen on, with the settings for all its requests. */
export interface EntryPoint {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Whether X-Forwarded-* headers of a client are passed on; otherwise the actual values replace them. */
  readonly trustsForwarded: boolean;
  /** The entry point, or `:443`, to which every request is redirected. */
  readonly redirectTo: string | undefined;
  readonly redirectScheme: string;
  readonly redirectPermanent: boolean;
}

/** Traefik's static configuration from the command line. Times are in milliseconds. */
export interface StaticConfig {
  readonly entryPoints: readonly EntryPoint[];
  readonly docker: {
    readonly on: boolean;
    readonly socket: string;
    readonly exposedByDefault: boolean;
    readonly network: string;
  };
  readonly logLevel: Level;
  readonly accessLog: boolean;
  readonly apiInsecure: boolean;
  readonly ping: boolean;
  readonly throttle: number;
}

export class FlagError extends Error {}

/** Flags of Traefik without an effect in the double. */
const passedOver =
  /^(global\.|certificatesresolvers\.|api\.(dashboard|debug|disabledashboardad)$|api$|log$|log\.format$|accesslog\.|metrics|providers\.docker\.watch$|entrypoints\.[^.]+\.(http2?|http3|transport|observability|asdefault)|serverstransport|tracing)/;

/**
 * Parses `--name=value`, `--name value` and `--name`, such as `--entrypoints.web.address=:80`, with names in any case.
 * @throws FlagError for an unknown flag, with the message of Traefik
 */
export function readFlags(words: readonly string[]): StaticConfig {
  const flags = flagsOf(words);
  const take = (name: string) => {
    const value = flags.get(name);
    flags.delete(name);
    return value;
  };
  const on = (name: string, otherwise: boolean) => {
    const value = take(name);
    return value === undefined ? otherwise : value === 'true';
  };
  const dockerOn =
    on('providers.docker', false) || [...flags.keys()].some((name) => name.startsWith('providers.docker.'));
  const config = {
    docker: {
      on: dockerOn,
      socket: (take('providers.docker.endpoint') ?? '/var/run/docker.sock').replace(/^unix:\/\//, ''),
      exposedByDefault: on('providers.docker.exposedbydefault', true),
      network: take('providers.docker.network') ?? '',
    },
    logLevel: levelOf(take('log.level') ?? 'error'),
    accessLog: on('accesslog', false),
    apiInsecure: on('api.insecure', false),
    ping: on('ping', false),
    throttle: durationOf(take('providers.providersthrottleduration') ?? '2s'),
    entryPoints: entryPointsOf(flags, take),
  };
  const unknown = [...flags.keys()].find((name) => !passedOver.test(name));
  if (unknown !== undefined)
    throw new FlagError(
      `failed to decode configuration from flags: field not found, node: ${unknown} (in this double)`,
    );
  return config;
}

function flagsOf(words: readonly string[]): Map<string, string> {
  const flags = new Map<string, string>();
  words.forEach((word, at) => {
    const [, name, value] = /^--?([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const next = words[at + 1];
    if (name !== undefined)
      flags.set(name.toLowerCase(), value ?? (next === undefined || next.startsWith('-') ? 'true' : next));
  });
  return flags;
}

function entryPointsOf(
  flags: ReadonlyMap<string, string>,
  take: (name: string) => string | undefined,
): EntryPoint[] {
  const named = [...flags.keys()].map((name) => /^entrypoints\.([^.]+)\.address$/.exec(name)?.[1]);
  const names = [...new Set(named)].filter((name) => name !== undefined);
  return (names.length === 0 ? ['http'] : names).map((name) => {
    const at = `entrypoints.${name}`;
    const [, host = '', port = '80'] = /^(.*):(\d+)(?:\/tcp)?$/.exec(take(`${at}.address`) ?? ':80') ?? [];
    const redirection = `${at}.http.redirections.entrypoint`;
    return {
      name,
      host,
      port: Number(port),
      trustsForwarded: take(`${at}.forwardedheaders.insecure`) === 'true',
      redirectTo: take(`${redirection}.to`),
      redirectScheme: take(`${redirection}.scheme`) ?? 'https',
      redirectPermanent: (take(`${redirection}.permanent`) ?? 'true') === 'true',
    };
  });
}

function levelOf(name: string): Level {
  const level = (['trace', 'debug', 'info', 'warn', 'error'] as const).find(
    (one) => one === name.toLowerCase(),
  );
  if (level === undefined) throw new FlagError(`log.level: ${name}`);
  return level;
}

function durationOf(text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? [];
  if (number === undefined) throw new FlagError(`time: invalid duration "${text}"`);
  return Number(number) * { ms: 1, s: 1000, m: 60_000 }[unit === 'ms' || unit === 'm' ? unit : 's'];
}
