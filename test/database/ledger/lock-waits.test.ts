import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openPostgres } from '../../../src/adapters/postgres-session.ts';
import { checksumOf } from '../../../src/database/checksum.ts';
import { applyMigration } from '../../../src/database/ledger/apply.ts';
import { ledgerHead } from '../../../src/database/ledger/ledger.ts';
import type { Problem } from '../../../src/domain/problem.ts';
import { ProblemError } from '../../../src/domain/problem.ts';
import type { Session } from '../../../src/domain/session.ts';
import { type RealPostgres, startPostgres } from '../../support/database/real-postgres.ts';

/** Three attempts of 200 ms each. */
const waits = { milliseconds: 200, attempts: 3 };

let server: RealPostgres;
let session: Session;
let other: Session;
let number = 100;

beforeAll(async () => {
  server = await startPostgres();
  [session, other] = await Promise.all([openPostgres(server.config), openPostgres(server.config)]);
  await other.query("select set_config('application_name', 'nightly report', false)");
});
afterAll(async () => {
  await Promise.all([session.close(), other.close()]);
  await server.stop();
});
beforeEach(async () => {
  await other.script(
    'rollback; drop table if exists t, u; create table t (id int primary key, n int); create table u ()',
  );
  await other.script('insert into t values (1, 1), (2, 2)');
});

/** Applies a migration, and passes each line about a failed attempt to a listener. */
async function apply(text: string, onLine: (line: string) => void = () => undefined): Promise<void> {
  number += 1;
  const file = { name: `${number}_mine.sql`, text, checksum: checksumOf(text), mode: 'transaction' } as const;
  await applyMigration(session, file, await ledgerHead(session), undefined, undefined, { waits, onLine });
}

async function problemOf(text: string, onLine?: (line: string) => void): Promise<Problem> {
  const failed = await apply(text, onLine).catch((error: unknown) => error);
  if (!(failed instanceof ProblemError)) throw failed;
  return failed.problems[0];
}

const pidOf = async (one: Session) => Number((await one.query('select pg_backend_pid() as pid'))[0]?.pid);
const columnsOf = async (table: string) =>
  (
    await session.query(
      'select count(*)::int as n from pg_attribute where attrelid = $1::regclass and attnum > 0',
      [table],
    )
  )[0]?.n;

test('a migration is rolled back and repeated, and finally names the session that holds the lock, without its query', async () => {
  await other.script("begin; select 'a secret', n from t");
  const lines: string[] = [];
  const problem = await problemOf('create table made ();\nalter table t add column c int;\n', (line) =>
    lines.push(line),
  );
  expect(problem).toMatchObject({ code: 'ERP-0508', exit: 4 });
  expect(problem.what).toBe(`${number}_mine.sql, line 2: another session holds a lock that it needs.`);
  expect(problem.why).toMatch(
    new RegExp(
      `^public\\.t: pid ${await pidOf(other)} \\(nightly report\\) idle in transaction for \\d+ s\\. It was tried 3 times`,
    ),
  );
  expect(JSON.stringify([problem, lines])).not.toContain('secret');
  expect(lines.map((line) => line.slice(0, 14))).toEqual(['attempt 1 of 3', 'attempt 2 of 3']);
  expect(await columnsOf('t')).toBe(2);
  expect((await session.query("select to_regclass('made') as made"))[0]?.made).toBeNull();
});

test('an attempt that succeeds after the other session has ended applies the file once', async () => {
  await other.script('begin; select n from t');
  const ended: Promise<unknown>[] = [];
  await apply('alter table t add column c int', () => ended.push(other.script('commit')));
  await Promise.all(ended);
  expect(ended).toHaveLength(1);
  expect(await columnsOf('t')).toBe(3);
  expect(await ledgerHead(session)).toBe(`${number}_mine.sql`);
});

test('a reader that queues behind the migration gets its rows although the migration does not get the lock', async () => {
  await other.script('begin; select n from t');
  const reader = await openPostgres(server.config);
  const failed = problemOf('alter table t add column c int');
  const waiting = async () =>
    (await reader.query("select from pg_locks where relation = 't'::regclass and not granted")).length > 0;
  while (!(await waiting()));
  expect(await reader.query('select n from t order by id')).toEqual([{ n: 1 }, { n: 2 }]);
  expect((await failed).code).toBe('ERP-0508');
  await reader.close();
});

test('the holder of a row lock, or of a lock that a DO block waits for, is named, too', async () => {
  await other.script('begin; update t set n = 3 where id = 1');
  for (const text of [
    'update t set n = 4 where id = 1',
    'do $$ begin execute $q$ alter table t add c int $q$; end $$',
  ]) {
    const { code, why } = await problemOf(text);
    expect({ code, why }).toEqual({ code: 'ERP-0508', why: expect.stringContaining('(nightly report)') });
  }
});

test('a session that uses another table is not named', async () => {
  const third = await openPostgres(server.config);
  await third.query("select set_config('application_name', 'unrelated', false)");
  await third.script('begin; select from u');
  await other.script('begin; select n from t');
  const { why } = await problemOf('alter table t add column c int');
  expect(why).toContain('nightly report');
  expect(why).not.toContain('unrelated');
  await third.close();
});
