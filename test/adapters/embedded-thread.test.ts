import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedThread } from '../../src/adapters/embedded-thread.ts';
import { DatabaseError, EngineCrash, type Session } from '../../src/domain/session.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';

describe('a session in a thread of its own', () => {
  let session: Session;
  beforeAll(async () => {
    session = await openEmbeddedThread();
  }, 60_000);
  afterAll(() => session.close());

  it('returns rows by column name, and takes parameters', async () => {
    expect(await session.query('select $1::int + 1 as next, $2::text as word', [41, 'two'])).toEqual([
      { next: 42, word: 'two' },
    ]);
    expect(await session.query('select 1 as one where false')).toEqual([]);
  });

  it('runs a whole script, and returns the rows of each statement that has any', async () => {
    const script =
      'create temp table t (n int); insert into t values (1), (2); select n from t; select 3 as three;';
    expect(await session.script(script)).toEqual([[{ n: 1 }, { n: 2 }], [{ three: 3 }]]);
  });

  it('includes pgvector', async () => {
    await session.script('create extension if not exists vector');
    expect(await session.query("select ('[1,2,3]'::vector <-> '[1,2,4]'::vector) as far")).toEqual([
      { far: 1 },
    ]);
  });

  it('reports an error of PostgreSQL with its code and position', async () => {
    const error: unknown = await session.script('select 1;\nselect nothing;').catch((one: unknown) => one);
    if (!(error instanceof DatabaseError)) throw new Error('a refusal was expected');
    expect(error.fault).toMatchObject({ code: '42703', message: 'column "nothing" does not exist' });
    expect('select 1;\nselect nothing;'.slice((error.fault.position ?? 0) - 1)).toBe('nothing;');
  });

  it('names the violated constraint, and quotes no value of the row', async () => {
    await session.script('create temp table u (secret text constraint only_once unique)');
    await session.query('insert into u values ($1)', ['hunter2']);
    const error: unknown = await session
      .query('insert into u values ($1)', ['hunter2'])
      .catch((one: unknown) => one);
    expect(error).toMatchObject({ fault: { code: '23505', constraint: 'only_once' } });
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
  });

  it('works after an error', async () => {
    await expect(session.query('selec')).rejects.toBeInstanceOf(DatabaseError);
    expect(await session.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('assigns the results to the right one of several simultaneous queries', async () => {
    const answers = await Promise.all([1, 2, 3].map((n) => session.query('select $1::int as n', [n])));
    expect(answers).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
  });

  it('leaves the main thread free while a statement runs', async () => {
    let turns = 0;
    const turning = setInterval(() => turns++, 5);
    await session.query('select pg_sleep(0.5)');
    clearInterval(turning);
    expect(turns).toBeGreaterThan(10);
  });
});

it('stores committed rows in its folder, and rejects queries after it is closed', async () => {
  const folder = join(tempFolder(), 'database');
  const first = await openEmbeddedThread(folder);
  await first.script('create table kept (n int); insert into kept values (7)');
  await first.close();
  await expect(first.query('select 1')).rejects.toBeInstanceOf(EngineCrash);
  await first.close();
  const second = await openEmbeddedThread(folder);
  expect(await second.query('select n from kept')).toEqual([{ n: 7 }]);
  await second.close();
});

it('throws EngineCrash if the engine cannot start, and leaves no thread behind', async () => {
  const folder = join(tempFolder(), 'damaged');
  mkdirSync(folder);
  writeFileSync(join(folder, 'PG_VERSION'), '18\n');
  const before = threads();
  await expect(openEmbeddedThread(folder)).rejects.toBeInstanceOf(EngineCrash);
  await expect.poll(threads).toBe(before);
});

/** Threads that keep this process alive. */
function threads(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'MessagePort' || name === 'Worker')
    .length;
}
