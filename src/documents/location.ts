import type { Containers } from '../config/containers.ts';
import { quoted } from '../domain/show-change.ts';
import type { Target } from '../targets/target.ts';
import type { Context } from '../workspace/context.ts';
import { layout } from '../workspace/layout.ts';
import { code } from './markdown.ts';

/** Where the database of a document is, and how it is reached. */
export type DatabaseLocation = EmbeddedLocation | ContainerLocation | ServerLocation;

/** Only erp-deploy reaches it, and it has no API. */
interface EmbeddedLocation {
  readonly is: 'embedded';
}

/** In our container, on the machine of the local test or on a production host; PostgREST runs beside it. */
export interface ContainerLocation {
  readonly is: 'container';
  /** The SSH destination; null on the machine of the local test. */
  readonly production: string | null;
  readonly database: string;
  readonly owner: string;
  readonly containers: Containers;
  readonly api: {
    /** The public host name that answered end to end (step 3.6); null if none did. */
    readonly publicHost: string | null;
    /** The most rows that an answer contains, by the compose file; null if it sets no limit. */
    readonly rows: number | null;
  };
}

/** A server that a URL names. What else runs on it is unknown. */
interface ServerLocation {
  readonly is: 'server';
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

/** Returns where the database of a target is. */
export async function databaseLocation(
  context: Context,
  { server, stack, database: { target } }: Target,
): Promise<DatabaseLocation> {
  const { config } = context;
  if (server !== null) {
    const { host, port, database } = await server.address();
    return { is: 'server', host, port, database };
  }
  if (stack === null) return { is: 'embedded' };
  const deployed = target === 'production';
  return {
    is: 'container',
    production: deployed ? stack.host.name : null,
    database: config.database.name,
    owner: config.database.user,
    containers: config.containers,
    api: { publicHost: deployed ? answeringHost(context) : null, rows: await rowsAtMost(context) },
  };
}

/** Returns the configured public host name, if it answered at the last check of the public route. */
function answeringHost({ memory, config: { publicHost } }: Context): string | null {
  const seen = memory.lastVerified('3.6')?.evidence ?? [];
  return seen.some(({ facts }) => facts?.host === publicHost) ? publicHost : null;
}

async function rowsAtMost({ files }: Context): Promise<number | null> {
  if ((await files.inspect(layout.compose)).type !== 'file') return null;
  const [, rows] = /^\s*PGRST_DB_MAX_ROWS: *"?(\d+)"?/m.exec(await files.read(layout.compose)) ?? [];
  return rows === undefined ? null : Number(rows);
}

/** Returns a phrase for the database (Markdown), without user and password. */
export function locationText(location: DatabaseLocation): string {
  switch (location.is) {
    case 'embedded':
      return 'the embedded database of the local test';
    case 'container':
      return location.production === null
        ? `the local test's container ${code(location.containers.database.name)}`
        : `the production database, in the container ${code(location.containers.database.name)} on ${code(location.production)}`;
    case 'server':
      return `the production database ${code(addressOf(location))}`;
  }
}

/**
 * Returns when a migration was applied. Every clone of the workspace has an embedded database of its own, and none of
 * them is kept: with its times, the documents would differ from clone to clone.
 */
export function appliedText({ is }: DatabaseLocation, appliedAt: string): string {
  return is === 'embedded' ? 'in the local test' : appliedAt;
}

/** Returns `host:port/database`. */
export function addressOf({ host, port, database }: ServerLocation): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}/${database}`;
}

/** Returns a phrase for the machine that the containers run on (Markdown). */
export function machineWords({ production }: ContainerLocation): string {
  return production === null ? 'the machine of the local test' : code(production);
}

/** Returns the psql command for a server that a URL names: user and password come from the environment. */
export function psqlAt({ host, port, database }: ServerLocation): string {
  return `psql -h ${quoted(host)} -p ${port} -d ${quoted(database)}`;
}
