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

test('a refusal that could quote a row names its condition, and not what the row holds', async () => {
  const text = '-- mine\nalter table t alter x type int using x::int;';
  const file = { name: '100_a.sql', text, checksum: 'c', mode: 'transaction' } as const;
  const failed = await applyMigration(session, file, null).catch((error: unknown) => error);
  expect(failed).toMatchObject({
    problems: [{ code: 'ERP-0510', what: '100_a.sql: invalid_text_representation (22P02).' }],
  });
  expect(JSON.stringify(failed)).not.toContain('secret');
  expect(await faultOf("insert into t values ('secret', 10)")).toEqual({
    code: '23514',
    message: 'check_violation of constraint small on public.t',
    constraint: 'small',
  });
});

test('a place in the script is kept, and the words of a mistake in the SQL are the server’s own', async () => {
  expect(await faultOf("select 'secret'::int")).toMatchObject({ code: '22P02', position: 8 });
  expect(await faultOf('select nothing from t')).toMatchObject({
    code: '42703',
    message: 'column "nothing" does not exist',
  });
});
