import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgres } from '../../../src/adapters/postgres-session.ts';
import { checkBehaviour } from '../../../src/database/behaviour/check-behaviour.ts';
import { readCatalog } from '../../../src/database/catalog/read-catalog.ts';
import type { Session } from '../../../src/domain/session.ts';
import { bundledMigrations, withoutVector } from '../../support/database/bundled-migrations.ts';
import { type RealPostgres, startPostgres } from '../../support/database/real-postgres.ts';
import { userTables } from './tables.ts';

let server: RealPostgres;
let session: Session;
/** Length of the log when the server was ready: before that, it logs refused connections. */
let started = 0;
beforeAll(async () => {
  server = await startPostgres(['log_error_verbosity=verbose']);
  session = await openPostgres(server.config);
  started = server.log().length;
  for (const text of bundledMigrations) await session.script(`begin;\n${withoutVector(text)}\n;commit`);
}, 120_000);
afterAll(async () => {
  await session.close();
  await server.stop();
});

test('without pgvector, the checks of vectors fail by name, and the log contains no error', async () => {
  const report = await checkBehaviour(session, await readCatalog(session));
  const failed = 'results' in report ? report.results.filter(({ ok }) => !ok) : [];
  expect(failed.map(({ name }) => name)).toEqual([
    'agent.memory_entries accepts an embedding of 1536 dimensions',
    'agent.memory_entries rejects an embedding of 3 dimensions',
    'agent.episodes accepts an embedding of 1536 dimensions',
    'agent.episodes rejects an embedding of 3 dimensions',
  ]);
  expect(failed.map(({ actual: found }) => found)).toContain(
    'rejected (42703): column "embedding" of relation "memory_entries" does not exist',
  );
  expect(server.log().slice(started)).not.toMatch(/ERROR|FATAL|WARNING/);
});

test('the foreign keys of user tables are tested on this version too, or the reason is given', async () => {
  const tables = userTables(Number(server.major));
  for (const { sql } of tables) await session.script(sql);
  const report = await checkBehaviour(session, await readCatalog(session));
  const results = 'results' in report ? report.results : [];
  const found = tables.map(({ table }) => {
    const result = results.find(({ name }) => name.endsWith(` on erp.${table} rejects orphans`));
    return { table, ok: result?.ok, reason: result?.notTested };
  });
  expect(found).toEqual(tables.map(({ table, reason }) => ({ table, ok: true, reason })));
  await session.script('delete from erp.like_its_rows; delete from erp.people');
});

test('a check whose session the server ends is an error, and leaves no transaction behind', async () => {
  const catalog = await readCatalog(session);
  await session.script(`set statement_timeout = '20ms'; create function pg_temp.wait() returns trigger language plpgsql
    as 'begin perform pg_sleep(9); return new; end'; create trigger wait before insert on erp.people for each row execute function pg_temp.wait()`);
  await expect(checkBehaviour(session, catalog)).rejects.toMatchObject({ fault: { code: '57014' } });
  await session.script('set statement_timeout = 0; drop trigger wait on erp.people');
  expect(
    await session.query(
      'select pg_current_xact_id_if_assigned()::text as id, count(*)::int as rows from erp.people',
    ),
  ).toEqual([{ id: null, rows: 0 }]);
});
