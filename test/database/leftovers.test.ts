import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgres } from '../../src/adapters/postgres-session.ts';
import { endLeftover, leftoversIn, markAsReadOnly } from '../../src/database/leftovers.ts';
import { populatedTables } from '../../src/database/populated-tables.ts';
import { type RealPostgres, startPostgres } from '../support/database/real-postgres.ts';

let server: RealPostgres;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.stop());

test('finds a session of erp-deploy that holds locks, works beside it, and ends it; ignores one that only reads or validates', async () => {
  const [ours, left, looking] = await Promise.all([1, 2, 3].map(() => openPostgres(server.config)));
  if (ours === undefined || left === undefined || looking === undefined) throw new Error('no session');
  await ours.script('create table held (id bigint)');
  await looking.script('begin; select * from held');
  expect(await leftoversIn(ours)).toEqual([]);
  await looking.script('commit');
  // The session of a colleague's validate in the middle of its behaviour checks. It takes no lock of the production
  // host.
  await markAsReadOnly(looking);
  await looking.script('begin; insert into held values (1)');
  expect(await leftoversIn(ours)).toEqual([]);
  await looking.script('rollback');
  await left.script('begin; lock table held');

  const [leftover, ...more] = await leftoversIn(ours);
  expect(more).toEqual([]);
  expect(leftover?.words).toMatch(/^idle in transaction, in a transaction since \d\d:\d\d:\d\d UTC$/);
  if (leftover === undefined) throw new Error('nothing was found');
  // A table with an ACCESS EXCLUSIVE lock cannot be read.
  expect(await populatedTables(ours)).toEqual({ tables: 1, example: 'public.held' });

  await endLeftover(ours, { ...leftover, started: '2026-01-01 00:00:00+00' });
  expect(await leftoversIn(ours), 'another session got the same number').toHaveLength(1);
  await endLeftover(ours, leftover);
  expect(await leftoversIn(ours)).toEqual([]);
  expect(await populatedTables(ours)).toEqual({ tables: 0, example: '' });
  await expect.poll(() => left.isLost?.()).toBe(true);
  await Promise.all([ours.close(), left.close(), looking.close()]);
});
