import { dumpFolder } from '../argv/dump.ts';
import type { Programs } from '../argv/pg-programs.ts';
import { type Stack, services } from '../containers/stack.ts';
import type { Environment } from '../domain/change.ts';
import type { Database, Host } from '../domain/ports.ts';
import type { Session } from '../domain/session.ts';
import type { ManagedServer } from '../host/production.ts';
import type { Context } from '../workspace/context.ts';

/** Where the dumps of a database lie, and what makes them. */
export interface DumpLocation {
  /** The database as a person calls it. */
  readonly name: string;
  readonly database: Database;
  /** What the database calls itself. */
  readonly databaseName: string;
  readonly host: Host;
  /** Relative to the host's folder. */
  readonly folder: string;
  readonly programs: Programs;
  /** Logs in anew, where a pooler may be between; absent where none can. */
  readonly open?: () => Promise<Session>;
  /** What the programs find in their environment; absent where they need nothing there. */
  readonly environment?: Environment;
}

/** Production's dumps, or those of the local test's container; null where the embedded engine is all there is. */
export async function dumpLocation(context: Context): Promise<DumpLocation | null> {
  const { production, stack } = context;
  if (production?.server != null) return locationForServer(production.server, production.database);
  const containers = production?.stack ?? stack;
  return containers === null ? null : locationForStack(context, containers);
}

async function locationForServer(server: ManagedServer, database: Database): Promise<DumpLocation> {
  const address = await server.address();
  return {
    name: address.name,
    database,
    databaseName: address.database,
    host: server.here,
    // Each database has a folder of its own: several may be migrated from one workspace.
    folder: `${dumpFolder}/${address.name.replaceAll(/[^\w.-]+/g, '_')}`,
    programs: { in: 'environment' },
    open: server.open,
    environment: await address.environment(),
  };
}

function locationForStack({ config }: Context, { target, host, database }: Stack): DumpLocation {
  const { name, user } = config.database;
  const container = services.database.name;
  const local = target === 'docker';
  return {
    name: local ? `the database in the local container ${container}` : `the database on ${host.name}`,
    database,
    databaseName: name,
    host,
    folder: local ? `${dumpFolder}/${container}` : dumpFolder,
    programs: { in: 'container', container, user, database: name },
  };
}
