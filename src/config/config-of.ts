import { type BackupSettings, defaultBackup, hoursIn } from './backup.ts';
import type { Config } from './config.ts';
import { containersWith, type GivenContainers, type GivenService, memoryIn } from './containers.ts';
import type { Settings } from './settings-schema.ts';

/** Converts the kebab-case settings of the file into the configuration. */
export function configOf(settings: Settings): Config {
  const { host, directory, 'database-url': databaseUrl, ssh } = settings.production;
  const { 'openspec-change': openspecChange, 'allowed-rights': allowedRights } = settings;
  const {
    container,
    service,
    traefik,
    'api-token-file': tokenFile,
    'connect-to': connectTo,
  } = settings.cloudflare;
  const givenContainers = containersIn(settings);
  return {
    engine: settings.engine,
    project: settings.project,
    production: {
      ...(host !== undefined && { host }),
      directory,
      ...(databaseUrl !== undefined && { databaseUrl }),
      ssh,
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
    containers: containersWith(givenContainers),
    givenContainers,
    neighbour: settings.neighbour,
    migrations: {
      milliseconds: millisecondsIn(settings.migrations['lock-timeout']),
      attempts: settings.migrations['lock-attempts'],
    },
    backup: backupIn(settings),
    ...(openspecChange !== undefined && { openspecChange }),
    skip: settings.skip,
    starterSchema: settings['starter-schema'],
    ...(allowedRights !== undefined && { allowedRights }),
  };
}

function backupIn({ backup }: Settings): BackupSettings {
  if (backup === undefined) return defaultBackup;
  const {
    at,
    keep,
    folder,
    s3,
    'encrypt-to': encryptTo,
    'keep-copies': keepCopies,
    'missed-after': missedAfter,
  } = backup;
  return {
    isConfigured: true,
    at,
    keep,
    ...(folder !== undefined && { folder }),
    ...(s3 !== undefined && { s3 }),
    ...(encryptTo !== undefined && { encryptTo }),
    keepCopies,
    missedAfter: hoursIn(missedAfter),
  };
}

function containersIn({ containers: { database, api, network, hardened } }: Settings): GivenContainers {
  const settings = Object.entries(database.settings ?? {}).map(([name, value]) => [name, String(value)]);
  return {
    database: {
      ...serviceIn(database),
      ...(settings.length > 0 && { settings: Object.fromEntries(settings) }),
    },
    api: serviceIn(api),
    ...(network !== undefined && { network }),
    ...(hardened !== undefined && { hardened }),
  };
}

function serviceIn({ name, image, port, memory, cpus }: Settings['containers']['api']): GivenService {
  const bytes = memory === undefined ? null : memoryIn(memory);
  return {
    ...(name !== undefined && { name }),
    ...(image !== undefined && { image }),
    ...(port !== undefined && { port }),
    ...(bytes !== null && { memory: bytes }),
    ...(cpus !== undefined && { nanoCpus: Math.round(cpus * 1e9) }),
  };
}

/** @param text such as `2s` or `500ms` */
function millisecondsIn(text: string): number {
  return Number.parseInt(text, 10) * (text.endsWith('ms') ? 1 : 1000);
}
