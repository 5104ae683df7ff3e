import { openPostgres } from '../../../src/adapters/postgres-session.ts';
import { adoptMigrations } from '../../../src/database/ledger/apply.ts';
import type { Row, Session } from '../../../src/domain/session.ts';
import { readMigration } from '../../../src/workspace/migrations.ts';
import { bundledMigrations, withoutVector } from '../database/bundled-migrations.ts';
import { type RealPostgres, startPostgres } from '../database/real-postgres.ts';

/** A PostgreSQL server with rows in the schemas of erp-deploy, for use as production by a database URL. */
export interface PopulatedServer {
  readonly server: RealPostgres;
  readonly url: string;
  /** A session of another user, which is closed with the server. */
  open(application: string): Promise<Session>;
  /** Returns the first row of a query. */
  ask(sql: string): Promise<Row | undefined>;
  stop(): Promise<void>;
}

/** A migration of the user that is applied to the server. */
export const notes = {
  name: '100_notes.sql',
  text: `create table erp.notes (id bigint generated always as identity primary key, title text, body text);
create table erp.tags (id bigint generated always as identity primary key, tag text);
`,
} as const;

const [erp, agent] = bundledMigrations;
const applied = [
  { name: '001_erp_schema.sql', text: erp },
  { name: '002_agent_schema.sql', text: agent },
  notes,
];

/** Starts a server to which the bundled migrations and `notes` were applied; `erp.notes` and `erp.tags` have 500 rows. */
export async function populatedServer(): Promise<PopulatedServer> {
  const server = await startPostgres();
  const opened: Session[] = [];
  const open = async (application: string) => {
    const session = await openPostgres(server.config);
    opened.push(session);
    await session.query("select set_config('application_name', $1, false)", [application]);
    return session;
  };
  const session = await open('setup');
  for (const { text } of applied) await session.script(`begin;\n${withoutVector(text)}\n;commit`);
  // A fake of pgvector, which this machine may lack; nothing here uses it.
  await session.script(`insert into pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
    values (99999, 'vector', 10, 'public'::regnamespace, true, '0.8.0')`);
  const read = await Promise.all(applied.map(({ name, text }) => readMigration(name, text)));
  const files = read.map((one) => {
    if ('faults' in one) throw new Error('a bundled migration has faults');
    return one;
  });
  await adoptMigrations(session, files, null);
  await session.script(
    `insert into erp.notes (title, body) select 'Note ' || i, 'text' from generate_series(1, 500) i;
     insert into erp.tags (tag) select 'tag ' || i from generate_series(1, 500) i;
     analyze erp.notes, erp.tags`,
  );
  return {
    server,
    url: `postgres://postgres@127.0.0.1:${server.config.port}/postgres`,
    open,
    ask: async (sql) => (await session.query(sql))[0],
    stop: async () => {
      await Promise.all(opened.map((one) => one.close()));
      await server.stop();
    },
  };
}
