import { execFileSync } from 'node:child_process';
import type pg from 'pg';
import { openPostgres } from '../../../src/adapters/postgres-session.ts';
import type { Session } from '../../../src/domain/session.ts';
import { startPostgres } from '../../support/database/real-postgres.ts';
import { engines } from '../../support/production/older-engines.ts';
import { roles } from './random-schema.ts';

/** A live database for schemas, in which everything is rolled back. */
export interface LawServer {
  /** Such as `PostgreSQL 15` or `PGlite 17`. */
  readonly title: string;
  readonly major: number;
  readonly live: Session;
  /** Returns a new database restored from a dump of one that has the schema; null if the server has no pg_dump. */
  readonly restored: ((sql: string, use: (session: Session) => Promise<void>) => Promise<void>) | null;
  close(): Promise<void>;
}

/** Opens an embedded engine of a major version. */
export async function embeddedServer(major: '16' | '17' | '18'): Promise<LawServer> {
  const live = await engines[major]();
  await live.script(roles);
  return { title: `PGlite ${major}`, major: Number(major), live, restored: null, close: () => live.close() };
}

/** Starts the installed server. */
export async function realServer(): Promise<LawServer> {
  const server = await startPostgres(['wal_level=logical']);
  const { host, port, user } = server.config;
  const target = ['-h', `${host}`, '-p', `${port}`, '-U', `${user}`];
  const program = `/usr/lib/postgresql/${server.major}/bin/pg_dump`;
  const dump = async (database: string) =>
    execFileSync(program, [...target, '--inserts', database], { encoding: 'utf8' });
  return serverAt({ config: server.config, major: server.major, dump, stop: () => server.stop() });
}

/** A PostgreSQL server with its own pg_dump. */
export interface ServerPlace {
  readonly major: string;
  /** A session of a superuser. */
  readonly config: pg.ClientConfig;
  /** Returns a database as SQL with INSERT. */
  dump(database: string): Promise<string>;
  stop(): Promise<void>;
}

/** Connects to a server, and creates the roles. */
export async function serverAt(place: ServerPlace): Promise<LawServer> {
  const live = await openPostgres(place.config);
  await live.script(roles);
  return {
    title: `PostgreSQL ${place.major}`,
    major: Number(place.major),
    live,
    restored: (sql, use) => restored(place, live, sql, use),
    close: async () => {
      await live.close();
      await place.stop();
    },
  };
}

async function restored(
  place: ServerPlace,
  admin: Session,
  sql: string,
  use: (session: Session) => Promise<void>,
): Promise<void> {
  await admin.script('create database random_dumped template template0');
  try {
    await inDatabase(place, 'random_dumped', (session) => session.script(`begin; ${sql}; commit`));
    // Newer minor versions add commands of psql.
    const text = (await place.dump('random_dumped')).replace(/^\\(un)?restrict .*$/gm, '');
    await admin.script('drop database random_dumped with (force)');
    await admin.script('create database random_dumped template template0');
    await inDatabase(place, 'random_dumped', (session) => session.script(text));
    await inDatabase(place, 'random_dumped', use);
  } finally {
    await admin.script('drop database if exists random_dumped with (force)');
  }
}

async function inDatabase<Answer>(
  { config }: ServerPlace,
  database: string,
  use: (session: Session) => Promise<Answer>,
): Promise<Answer> {
  const session = await openPostgres({ ...config, database });
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}
