import { execFileSync } from 'node:child_process';
import { openPostgres } from '../../../src/adapters/postgres-session.ts';
import type { Session } from '../../../src/domain/session.ts';
import { type RealPostgres, startPostgres } from '../../support/database/real-postgres.ts';
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
  const live = await openPostgres(server.config);
  await live.script(roles);
  return {
    title: `PostgreSQL ${server.major}`,
    major: Number(server.major),
    live,
    restored: (sql, use) => restored(server, live, sql, use),
    close: async () => {
      await live.close();
      await server.stop();
    },
  };
}

async function restored(
  server: RealPostgres,
  admin: Session,
  sql: string,
  use: (session: Session) => Promise<void>,
): Promise<void> {
  await admin.script('create database random_dumped template template0');
  try {
    await inDatabase(server, 'random_dumped', (session) => session.script(`begin; ${sql}; commit`));
    const text = dumpOf(server, 'random_dumped');
    await admin.script('drop database random_dumped with (force)');
    await admin.script('create database random_dumped template template0');
    await inDatabase(server, 'random_dumped', (session) => session.script(text));
    await inDatabase(server, 'random_dumped', use);
  } finally {
    await admin.script('drop database if exists random_dumped with (force)');
  }
}

function dumpOf({ config, major }: RealPostgres, database: string): string {
  const target = [
    '-h',
    `${config.host}`,
    '-p',
    `${config.port}`,
    '-U',
    `${config.user}`,
    '--inserts',
    database,
  ];
  const text = execFileSync(`/usr/lib/postgresql/${major}/bin/pg_dump`, target, { encoding: 'utf8' });
  // Newer minor versions add commands of psql.
  return text.replace(/^\\(un)?restrict .*$/gm, '');
}

async function inDatabase<Answer>(
  { config }: RealPostgres,
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
