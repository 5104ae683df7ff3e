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
  readonly database: { readonly name: string; readonly user: string };
  /** Why a step is left out, by its id. */
  readonly skip: Readonly<Record<string, string>>;
  /** Relative to the workspace, or absolute. */
  readonly starterSchema: string;
}

/** The file's kebab-case settings under their names in code. */
export function configOf(settings: Settings): Config {
  const { host, directory, 'database-url': databaseUrl } = settings.production;
  return {
    engine: settings.engine,
    project: settings.project,
    production: {
      ...(host !== undefined && { host }),
      directory,
      ...(databaseUrl !== undefined && { databaseUrl }),
    },
    publicHost: settings['public-host'],
    database: settings.database,
    skip: settings.skip,
    starterSchema: settings['starter-schema'],
  };
}
