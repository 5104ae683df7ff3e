import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgres } from '../../src/adapters/postgres-session.ts';
import { serverDatabase } from '../../src/connections/server-database.ts';
import { sqlApplier } from '../../src/database/apply-sql-change.ts';
import { checksumOf } from '../../src/database/checksum.ts';
import { ledgerHead, readLedger } from '../../src/database/ledger/ledger.ts';
import type { Session } from '../../src/domain/session.ts';
import type { SqlChange } from '../../src/domain/sql-change.ts';
import { type RealPostgres, startPostgres } from '../support/database/real-postgres.ts';

let server: RealPostgres;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.stop());

function migrate(name: string, text: string, head: string | null): SqlChange {
  const file = { name, text, checksum: checksumOf(text), mode: 'transaction' } as const;
  return { kind: 'sql', database: 'production', operation: { type: 'migrate', file }, before: { head } };
}

const backendOf = async (session: Session) => (await session.query('select pg_backend_pid() as pid'))[0]?.pid;

test('after migrations, the database is checked on one new connection, and the old one is closed', async () => {
  let opened = 0;
  const open = () => {
    opened += 1;
    return openPostgres(server.config);
  };
  const database = serverDatabase('production', async () => true, open);
  const target = sqlApplier(database, (count) => new Uint8Array(count));
  const changing = () => (database.changing ?? database).session();
  const before = await backendOf(await database.session());
  expect(await ledgerHead(await changing())).toBeNull();
  await target.apply(migrate('100_a.sql', 'create table public.kept ()', null));
  expect(await ledgerHead(await changing())).toBe('100_a.sql');
  await target.apply(migrate('101_b.sql', 'create table public.too ()', '100_a.sql'));
  expect(opened).toBe(1);
  const look = await database.session();
  expect(await backendOf(look)).not.toBe(before);
  expect((await readLedger(look))?.map(({ name }) => name)).toEqual(['100_a.sql', '101_b.sql']);
  expect(await database.session()).toBe(look);
  expect(opened).toBe(2);
  const alive = 'select count(*)::int as count from pg_stat_activity where application_name = $1';
  await expect.poll(async () => (await look.query(alive, ['erp-deploy']))[0]?.count).toBe(1);
  await database.close();
});
