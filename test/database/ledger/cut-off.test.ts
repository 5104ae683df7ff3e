import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgres } from '../../../src/adapters/postgres-session.ts';
import { checksumOf } from '../../../src/database/checksum.ts';
import { applyMigration } from '../../../src/database/ledger/apply.ts';
import { ledgerDdl, ledgerHead } from '../../../src/database/ledger/ledger.ts';
import type { Session } from '../../../src/domain/session.ts';
import type { MigrationFile } from '../../../src/domain/sql-change.ts';
import { type RealPostgres, startPostgres } from '../../support/database/real-postgres.ts';
import { cuttingProxy } from '../../support/kill/cutting-proxy.ts';

const text = 'create table cut (id bigint);\ncreate index on cut (id);\n';
const file: MigrationFile = { name: '100_cut.sql', text, checksum: checksumOf(text), mode: 'transaction' };

let server: RealPostgres;
let direct: Session;
beforeAll(async () => {
  server = await startPostgres();
  direct = await openPostgres(server.config);
  await direct.script(ledgerDdl);
}, 60_000);
afterAll(async () => {
  await direct.close();
  await server.stop();
});

test('a connection that is cut at any byte leaves a migration either applied and in the ledger, or not at all', {
  timeout: 300_000,
}, async () => {
  const outcomes = new Set<string>();
  const whole = await appliedThrough(Number.POSITIVE_INFINITY);
  await forget();
  for (const bytes of placesUpTo(whole)) {
    await appliedThrough(bytes);
    const [seen] = await direct.query("select to_regclass('cut') is not null as there");
    const there = seen?.there === true;
    expect({ bytes, there, head: await ledgerHead(direct) }).toEqual({
      bytes,
      there,
      head: there ? file.name : null,
    });
    outcomes.add(there ? 'applied' : 'nothing');
    if (!there) await applyMigration(direct, file, null);
    expect(await ledgerHead(direct)).toBe(file.name);
    await forget();
  }
  expect([...outcomes].sort()).toEqual(['applied', 'nothing']);
});

test('a session that the server ends during a migration is reported with the message of the server', async () => {
  const session = await openPostgres(server.config);
  const ends = 'select pg_terminate_backend(pg_backend_pid())';
  const ended = applyMigration(session, { ...file, text: ends, checksum: checksumOf(ends) }, null);
  await expect(ended).rejects.toMatchObject({ name: 'ProblemError', cause: { fault: { code: '57P01' } } });
  await session.close();
});

test('a session has the same settings after a migration as before, whatever the migration set', async () => {
  const session = await openPostgres(server.config);
  const settings = () =>
    session.query(
      "select name, setting from pg_settings where name ~ '^(application_name|lock_timeout|idle_in_transaction.*|work_mem)$'",
    );
  const before = await settings();
  const setting = "set work_mem = '5MB'; set lock_timeout = 0; set application_name = 'mine'";
  const head = await ledgerHead(session);
  await applyMigration(
    session,
    { ...file, name: '200_set.sql', text: setting, checksum: checksumOf(setting) },
    head,
  );
  expect(await settings()).toEqual(before);
  await session.close();
  await direct.script('delete from erp_deploy.migrations');
});

/** Every byte of the end, where the migration is committed and read back, and every seventh byte before it. */
function placesUpTo(whole: number): readonly number[] {
  const all = Array.from({ length: whole + 1 }, (_, bytes) => bytes);
  return all.filter((bytes) => bytes > whole - 400 || bytes % 7 === 0);
}

/** Applies the migration over a connection that is cut after this many bytes; returns the number of bytes sent. */
async function appliedThrough(bytes: number): Promise<number> {
  const { port = 5432 } = server.config;
  const proxy = await cuttingProxy(port, bytes);
  const applied = openPostgres({ ...server.config, port: proxy.port }).then(async (session) => {
    await applyMigration(session, file, null);
    await session.close();
  });
  const end = await applied.then(
    () => 'applied',
    () => 'cut off',
  );
  const sent = proxy.sent();
  proxy.close();
  if (end === 'cut off') await untilServerNoticed();
  return sent;
}

/** Waits until the lost session has ended and holds no lock. */
async function untilServerNoticed(): Promise<void> {
  for (;;) {
    const others = `select count(*)::int as count from pg_stat_activity
      where backend_type = 'client backend' and pid <> pg_backend_pid()`;
    const [row] = await direct.query(others);
    if (row?.count === 0) return;
  }
}

async function forget(): Promise<void> {
  await direct.script('drop table cut; delete from erp_deploy.migrations');
}
