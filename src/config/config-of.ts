import type { Config } from './config.ts';
import type { Settings } from './settings-schema.ts';

/** Converts the kebab-case settings of the file into the configuration. */
export function configOf(settings: Settings): Config {
  const { host, directory, 'database-url': databaseUrl } = settings.production;
  const { 'openspec-change': openspecChange, 'allowed-rights': allowedRights } = settings;
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
    migrations: {
      milliseconds: millisecondsIn(settings.migrations['lock-timeout']),
      attempts: settings.migrations['lock-attempts'],
    },
    ...(openspecChange !== undefined && { openspecChange }),
    skip: settings.skip,
    starterSchema: settings['starter-schema'],
    ...(allowedRights !== undefined && { allowedRights }),
  };
}

/** @param text such as `2s` or `500ms` */
function millisecondsIn(text: string): number {
  return Number.parseInt(text, 10) * (text.endsWith('ms') ? 1 : 1000);
}
