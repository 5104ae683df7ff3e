import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgres } from '../../src/adapters/postgres-session.ts';
import { dumps } from '../../src/argv/dump.ts';
import { checkBehaviour } from '../../src/database/behaviour/check-behaviour.ts';
import { readCatalog } from '../../src/database/catalog/read-catalog.ts';
import { checksumOf } from '../../src/database/checksum.ts';
import { applyMigration } from '../../src/database/ledger/apply.ts';
import { ledgerHead } from '../../src/database/ledger/ledger.ts';
import { afterRestore, beforeRestore } from '../../src/database/ledger/restore-sql.ts';
import { handsOutByTransaction } from '../../src/database/pooling.ts';
import type { Session } from '../../src/domain/session.ts';
import type { Command } from '../../src/domain/shell-script.ts';
import type { MigrationFile } from '../../src/domain/sql-change.ts';
import { entriesOf } from '../../src/dumps/archive.ts';
import { author } from '../support/database/author.ts';
import { bundledMigrations, withoutVector } from '../support/database/bundled-migrations.ts';
import { type Pooler, startPooler } from '../support/database/pooler.ts';
import { type RealPostgres, startPostgres } from '../support/database/real-postgres.ts';

let server: RealPostgres;
let pooler: Pooler;
let direct: Session;
let session: Session;
beforeAll(async () => {
  server = await startPostgres();
  pooler = await startPooler(server);
  direct = await openPostgres(server.config);
  session = await openPostgres(pooler.config);
}, 120_000);
afterAll(async () => {
  await session.close();
  await direct.close();
  await pooler.stop();
  await server.stop();
});

function migration(name: string, text: string, rest: Partial<MigrationFile> = {}): MigrationFile {
  return { name, text, checksum: checksumOf(text), mode: 'transaction', ...rest };
}

/** Returns the settings that the next client finds on each connection of the pool. */
async function inherited(): Promise<readonly unknown[]> {
  const others = await Promise.all([openPostgres(pooler.config), openPostgres(pooler.config)]);
  const asked = `begin; select current_setting('search_path') as path, current_setting('lock_timeout') as wait,
    current_setting('idle_in_transaction_session_timeout') as idle, current_user::text as who`;
  const found = await Promise.all(others.map((other) => other.script(asked)));
  for (const other of others) await other.script('rollback');
  for (const other of others) await other.close();
  return found.flat(2);
}

const asNew = { path: '"$user", public', wait: '0', idle: '0', who: 'postgres' };

test('applies migrations behind a pooler, and leaves no settings on its connections', async () => {
  const [erp = '', agent = ''] = bundledMigrations.map(withoutVector);
  await applyMigration(session, migration('001_erp.sql', erp), null);
  await applyMigration(session, migration('002_agent.sql', agent), '001_erp.sql');
  const careless = "set search_path = elsewhere; set lock_timeout = '1h'; set role erp_api";
  await applyMigration(session, migration('100_careless.sql', careless), '002_agent.sql');
  const index = { schema: 'erp', name: 'people_notes', table: 'people' };
  const text = 'create index concurrently people_notes on erp.people (notes)';
  const built = migration('101_index.sql', text, { mode: 'no-transaction', index });
  await applyMigration(session, built, '100_careless.sql');
  expect(await ledgerHead(direct)).toBe('101_index.sql');
  expect(await inherited()).toEqual([asNew, asNew]);
  expect(await direct.query("select from pg_locks where locktype = 'advisory'")).toEqual([]);
});

test('a refused migration leaves no open transaction on a connection of the pooler', async () => {
  const wrong = migration('102_wrong.sql', 'create table erp.one (id int); select 1 / 0');
  await expect(applyMigration(session, wrong, '101_index.sql')).rejects.toMatchObject({
    name: 'ProblemError',
  });
  expect(await direct.query("select from pg_stat_activity where state like 'idle in%'")).toEqual([]);
  expect(await inherited()).toEqual([asNew, asNew]);
});

test('the catalog and the behaviour checks give the same results behind a pooler', async () => {
  const catalog = await readCatalog(direct);
  expect(await readCatalog(session)).toEqual(catalog);
  expect(await checkBehaviour(session, catalog)).toEqual(await checkBehaviour(direct, catalog));
  expect(await inherited()).toEqual([asNew, asNew]);
});

test('a pooler in transaction mode is distinguished from a server, because pg_dump would leave settings on its connections', async () => {
  expect(await handsOutByTransaction(() => openPostgres(pooler.config))).toBe(true);
  expect(await handsOutByTransaction(() => openPostgres(server.config))).toBe(false);
  expect(await direct.query("select from pg_stat_activity where state like 'idle in%'")).toEqual([]);
});

test('a pooler in session mode is treated like a server', async () => {
  const whole = await startPooler(server, 'session');
  expect(await handsOutByTransaction(() => openPostgres(whole.config))).toBe(false);
  await whole.stop();
});

test('a restore behind a pooler leaves no settings on its connections', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'erp-deploy-dumps-'));
  const run = (
    { argv: [program, ...words], input = '' }: Command,
    { host, port, user, database }: Address,
  ) => {
    const env = { PGHOST: host, PGPORT: `${port}`, PGUSER: user, PGDATABASE: database };
    return execa(program, words, { cwd: folder, env, input, reject: false });
  };
  const programs = { in: 'environment' } as const;
  await direct.script("insert into erp.people (full_name) values ('Ada')");
  const { stdout: file } = await run(dumps.make(programs, 'd'), addressOf(server));
  await direct.script('delete from erp.people');
  const words = {
    before: beforeRestore(['erp', 'agent']),
    after: afterRestore(author, 'restore a dump'),
    entries: entriesOf(['erp', 'agent']),
  };
  const restored = await run(dumps.restore(programs, file, words), addressOf(pooler));
  expect(restored).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await direct.query('select full_name from erp.people')).toEqual([{ full_name: 'Ada' }]);
  expect(await inherited()).toEqual([asNew, asNew]);
  rmSync(folder, { recursive: true });
});

interface Address {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

function addressOf({
  config: { host = '', port = 0, user = '', database = '' },
}: Pick<Pooler, 'config'>): Address {
  return { host, port, user, database };
}
