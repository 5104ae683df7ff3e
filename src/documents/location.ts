import { services } from '../containers/stack.ts';
import { quoted } from '../domain/show-change.ts';
import type { Context } from '../workspace/context.ts';
import { layout } from '../workspace/layout.ts';
import { code } from './markdown.ts';

/** Where the database is that a document tells of, and with it how it is reached. */
export type DatabaseLocation = EmbeddedLocation | ContainerLocation | ServerLocation;

/** Nobody reaches it but erp-deploy, and no API runs over it. */
interface EmbeddedLocation {
  readonly is: 'embedded';
}

/** In our container, on the machine of the local test or on a droplet; PostgREST runs beside it. */
export interface ContainerLocation {
  readonly is: 'container';
  /** As ssh takes it; null on the machine of the local test. */
  readonly droplet: string | null;
  readonly database: string;
  readonly owner: string;
  readonly api: {
    /** The public name that was asked from outside and answered (step 3.6); null where none did. */
    readonly publicHost: string | null;
    /** Rows that an answer holds at most, as the compose file says; null where it does not. */
    readonly rows: number | null;
  };
}

/** A server that a URL names. What else it runs, nobody told erp-deploy. */
interface ServerLocation {
  readonly is: 'server';
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

/** Where the database of this context is. Changes nothing. */
export async function databaseLocation(context: Context): Promise<DatabaseLocation> {
  const { production, stack, config } = context;
  if (production?.server != null) {
    const { host, port, database } = await production.server.address();
    return { is: 'server', host, port, database };
  }
  if (stack === null) return { is: 'embedded' };
  const deployed = stack.target === 'production';
  return {
    is: 'container',
    droplet: deployed ? stack.host.name : null,
    database: config.database.name,
    owner: config.database.user,
    api: { publicHost: deployed ? answeringHost(context) : null, rows: await rowsAtMost(context) },
  };
}

/** The configured name, where the last look at the public way had an answer of it. */
function answeringHost({ memory, config: { publicHost } }: Context): string | null {
  const seen = memory.lastSeen('3.6')?.evidence ?? [];
  return seen.some(({ facts }) => facts?.host === publicHost) ? publicHost : null;
}

async function rowsAtMost({ files }: Context): Promise<number | null> {
  if ((await files.look(layout.compose)).type !== 'file') return null;
  const [, rows] = /^\s*PGRST_DB_MAX_ROWS: *"?(\d+)"?/m.exec(await files.read(layout.compose)) ?? [];
  return rows === undefined ? null : Number(rows);
}

/** The database in a few words (Markdown), without user and password. */
export function locationText(location: DatabaseLocation): string {
  switch (location.is) {
    case 'embedded':
      return 'the embedded database of the local test';
    case 'container':
      return location.droplet === null
        ? `the local test's container ${code(services.database.name)}`
        : `the production database, in the container ${code(services.database.name)} on ${code(location.droplet)}`;
    case 'server':
      return `the production database ${code(addressOf(location))}`;
  }
}

/** `host:port/database`. */
export function addressOf({ host, port, database }: ServerLocation): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}/${database}`;
}

/** The machine that the containers run on, in words (Markdown). */
export function machineWords({ droplet }: ContainerLocation): string {
  return droplet === null ? 'the machine of the local test' : code(droplet);
}

/** How psql logs in to a server that a URL names: the user and the password come from its environment. */
export function psqlAt({ host, port, database }: ServerLocation): string {
  return `psql -h ${quoted(host)} -p ${port} -d ${quoted(database)}`;
}
