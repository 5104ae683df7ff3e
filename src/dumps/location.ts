import { dumpFolder, type Programs } from '../argv/dump.ts';
import type { Config } from '../config/config.ts';
import type { Environment } from '../domain/change.ts';
import type { Database } from '../domain/ports/database.ts';
import type { Host } from '../domain/ports/host.ts';
import type { Session } from '../domain/session.ts';
import type { ContainerTarget, ServerTarget, Target } from '../targets/target.ts';

/** Where the dumps of a database are stored, and what makes them. */
export interface DumpLocation {
  /** The database, as messages show it. */
  readonly name: string;
  readonly database: Database;
  /** The name of the database on its server. */
  readonly databaseName: string;
  readonly host: Host;
  /** Relative to the host's folder. */
  readonly folder: string;
  readonly programs: Programs;
  /** The container of our API, which uses the database; absent without one. */
  readonly api?: string;
  /** Opens another session, possibly through a pooler; absent if there cannot be one. */
  readonly open?: () => Promise<Session>;
  /** The environment variables of the programs; absent if they need none. */
  readonly environment?: Environment;
}

/** Returns where the dumps of a target are stored; null for the embedded engine, which dumps into the workspace. */
export async function dumpLocation(config: Config, target: Target): Promise<DumpLocation | null> {
  if (target.server !== null) return locationForServer(target);
  return target.stack === null ? null : locationForContainer(config, target);
}

async function locationForServer({ server, database }: ServerTarget): Promise<DumpLocation> {
  const address = await server.address();
  return {
    name: address.name,
    database,
    databaseName: address.database,
    host: server.here,
    // Each database has its own folder: several may be migrated from one workspace.
    folder: `${dumpFolder}/${address.name.replaceAll(/[^\w.-]+/g, '_')}`,
    programs: { in: 'environment' },
    open: server.open,
    environment: await address.environment(),
  };
}

function locationForContainer(
  config: Config,
  { stack: { host, containers }, database }: ContainerTarget,
): DumpLocation {
  const { name, user } = config.database;
  const container = containers.database.name;
  const local = database.target === 'docker';
  return {
    name: local ? `the database in the local container ${container}` : `the database on ${host.name}`,
    database,
    databaseName: name,
    host,
    folder: local ? `${dumpFolder}/${container}` : dumpFolder,
    programs: { in: 'container', container, user, database: name },
    api: containers.api.name,
  };
}
