import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgres } from '../../../src/adapters/postgres-session.ts';
import { countRows } from '../../../src/database/validation/row-counts.ts';
import type { Session } from '../../../src/domain/session.ts';
import { type RealPostgres, startPostgres } from '../../support/database/real-postgres.ts';

let server: RealPostgres;
let session: Session;
beforeAll(async () => {
  server = await startPostgres();
  session = await openPostgres(server.config);
  await session.script(`create table public."Two Words" as select generate_series(1, 3) as id;
    create table public.one as select 1 as id; create table public.parts (id int) partition by range (id);
    create table public.part partition of public.parts default; insert into public.parts values (1), (2);
    create table public.hidden as select generate_series(1, 7) as id; create table public.new (id int); analyze public.hidden;
    create role reader; grant select on public.one to reader`);
}, 120_000);
afterAll(async () => {
  await session.close();
  await server.stop();
});

test('counts every row, including those of partitions', async () => {
  expect(await countRows(session, ['public."Two Words"', 'public.one', 'public.parts'])).toEqual(
    new Map([
      ['public."Two Words"', '3 rows'],
      ['public.one', '1 row'],
      ['public.parts', '2 rows'],
    ]),
  );
});

test('labels an estimate if the role may not read a table, and leaves no transaction open', async () => {
  await session.script('set role reader');
  const counted = await countRows(session, ['public.one', 'public.hidden', 'public.new']);
  const [state] = await session.query('select now() = statement_timestamp() as outside');
  await session.script('reset role');
  expect(counted).toEqual(
    new Map([
      ['public.one', '1 row'],
      ['public.hidden', 'about 7 rows, by estimate'],
      ['public.new', 'an unknown number of rows'],
    ]),
  );
  expect(state).toEqual({ outside: true });
});
