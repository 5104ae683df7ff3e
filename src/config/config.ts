import type { Settings } from './settings-schema.ts';

/** What a roll-out is configured with; every value is there, from the file or by default. */
export interface Config {
  readonly engine: 'auto' | 'docker' | 'embedded';
  /** A title for screens and reports. */
  readonly project: string;
  readonly production: {
    /** As ssh takes it: a name, an address, an alias of `~/.ssh/config`. */
    readonly host?: string;
    /** Absolute, on the droplet. */
    readonly directory: string;
    /** Without a password. */
    readonly databaseUrl?: string;
  };
  readonly publicHost: string;
  readonly cloudflare: {
    /** The container that runs cloudflared on the droplet; without one, there is no tunnel to configure. */
    readonly container?: string;
    /** Where the tunnel sends requests, such as `http://traefik:80`. */
    readonly service: string;
    /** The container that runs Traefik. */
    readonly traefik: string;
    /** Relative to the workspace, or absolute. */
    readonly apiTokenFile?: string;
    /** Where the public name is asked for, as HOST:PORT, instead of at what DNS says. */
    readonly connectTo?: string;
  };
  readonly database: { readonly name: string; readonly user: string };
  /** The database next door that must not suffer. */
  readonly neighbour: { readonly container: string; readonly database: string; readonly user: string };
  /** The OpenSpec change that this roll-out completes. */
  readonly openspecChange?: string;
  /** Why a step is left out, by its id. */
  readonly skip: Readonly<Record<string, string>>;
  /** Relative to the workspace, or absolute. */
  readonly starterSchema: string;
}

/** The file's kebab-case settings under their names in code. */
export function configOf(settings: Settings): Config {
  const { host, directory, 'database-url': databaseUrl } = settings.production;
  const { 'openspec-change': openspecChange } = settings;
  const {
    container,
    service,
    traefik,
    'api-token-file': tokenFile,
    'connect-to': connectTo,
  } = settings.cloudflare;
  return {
    engine: settings.engine,
    project: settings.project,
    production: {
      ...(host !== undefined && { host }),
      directory,
      ...(databaseUrl !== undefined && { databaseUrl }),
    },
    publicHost: settings['public-host'],
    cloudflare: {
      ...(container !== undefined && { container }),
      service,
      traefik,
      ...(tokenFile !== undefined && { apiTokenFile: tokenFile }),
      ...(connectTo !== undefined && { connectTo }),
    },
    database: settings.database,
    neighbour: settings.neighbour,
    ...(openspecChange !== undefined && { openspecChange }),
    skip: settings.skip,
    starterSchema: settings['starter-schema'],
  };
}
