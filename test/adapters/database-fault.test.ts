import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEmbedded } from '../../src/adapters/embedded-session.ts';
import { applyMigration } from '../../src/database/ledger/apply.ts';
import { DatabaseError, type Session } from '../../src/domain/session.ts';

let session: Session;
beforeAll(async () => {
  session = await openEmbedded();
  await session.script(
    "create table t (x text, y int constraint small check (y < 9)); insert into t values ('secret', 1)",
  );
}, 60_000);
afterAll(() => session.close());

const faultOf = async (sql: string) => {
  const refused = await session.script(sql).then(
    () => null,
    (error: unknown) => error,
  );
  return refused instanceof DatabaseError ? refused.fault : null;
};

test('an error that could quote a row is reported by its condition name, without values of the row', async () => {
  const text = '-- mine\nalter table t alter x type int using x::int;';
  const file = { name: '100_a.sql', text, checksum: 'c', mode: 'transaction' } as const;
  const failed = await applyMigration(session, file, null).catch((error: unknown) => error);
  expect(failed).toMatchObject({
    problems: [{ code: 'ERP-0510', what: '100_a.sql, line 2: invalid_text_representation (22P02).' }],
  });
  expect(JSON.stringify(failed)).not.toContain('secret');
  expect(await faultOf("insert into t values ('secret', 10)")).toEqual({
    code: '23514',
    message: 'check_violation of constraint small on public.t',
    constraint: 'small',
    completed: 0,
  });
});

test('the position in the script is kept, and an error in the SQL has the message of the server', async () => {
  expect(await faultOf("select 'secret'::int")).toMatchObject({ code: '22P02', position: 8 });
  expect(await faultOf('select nothing from t')).toMatchObject({
    code: '42703',
    message: 'column "nothing" does not exist',
  });
});

test('statements before the one that failed are counted, and DETAIL about types is kept', async () => {
  const sql =
    'select 1; create table p (id int primary key); create table c (p text); alter table c add foreign key (p) references p';
  expect(await faultOf(sql)).toMatchObject({
    code: '42804',
    completed: 3,
    detail:
      'Key columns "p" of the referencing table and "id" of the referenced table are of incompatible types: text and integer.',
  });
});

test('CONTEXT names functions and lines, and neither the statements of these nor DETAIL of their own', async () => {
  const raise = `raise exception 'no' using errcode = '42804', detail = 'secret'`;
  const fault =
    await faultOf(`create function f(text) returns void language plpgsql as $$ begin ${raise}; end $$;
    do $$ begin execute 'select f(''secret'')'; end $$`);
  expect(fault).toMatchObject({
    context: [
      'PL/pgSQL function f(text) line 1 at RAISE',
      'PL/pgSQL function inline_code_block line 1 at EXECUTE',
    ],
    completed: 1,
  });
  expect(JSON.stringify(fault)).not.toContain('secret');
});
