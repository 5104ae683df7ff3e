import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectPostgres, openPostgres } from '../../src/adapters/postgres-session.ts';
import { type RealPostgres, startPostgres } from '../support/database/real-postgres.ts';

let server: RealPostgres;
beforeAll(async () => {
  server = await startPostgres();
}, 120_000);
afterAll(() => server.stop());

test('a script returns the rows of each of its statements that has any', async () => {
  const session = await openPostgres(server.config);
  const answered = await session.script(`create temporary table t (n int); insert into t values (1), (2);
    select n from t order by n; select 'x' as word where false`);
  expect(answered).toEqual([[{ n: 1 }, { n: 2 }], []]);
  expect(await session.script('select 1 as one')).toEqual([[{ one: 1 }]]);
  expect(await session.query('select $1::int + 1 as sum', [41])).toEqual([{ sum: 42 }]);
  await session.close();
});

test('a session sets its application name, and timeouts for locks and idle transactions', async () => {
  const session = await openPostgres(server.config);
  const settings = ['application_name', 'lock_timeout', 'idle_in_transaction_session_timeout'];
  const [found] = await session.query(
    `select ${settings.map((one) => `current_setting('${one}') as ${one}`).join(', ')}`,
  );
  await session.close();
  expect(found).toEqual({
    application_name: 'erp-deploy',
    lock_timeout: '10s',
    idle_in_transaction_session_timeout: '25s',
  });
});

test('an error has code, position and constraint, and never the row', async () => {
  const session = await openPostgres(server.config);
  await session.script('create temporary table t (secret text constraint only_one unique)');
  const refused = session.query(`insert into t values ('hunter2'), ('hunter2')`);
  await expect(refused).rejects.toMatchObject({
    name: 'DatabaseError',
    fault: { code: '23505', constraint: 'only_one' },
  });
  await expect(session.script('select 1; selekt')).rejects.toMatchObject({
    fault: { code: '42601', position: 11 },
  });
  expect(JSON.stringify((await refused.catch((error) => error)).fault)).not.toContain('hunter2');
  await session.close();
});

test('an error has the number of statements of the script that were completed before it', async () => {
  const session = await openPostgres(server.config);
  const refused = session.script(
    'select 1; create temporary table n (a int); alter table n add primary key (b); select 2',
  );
  await expect(refused).rejects.toMatchObject({ fault: { code: '42703', completed: 2 } });
  await session.close();
});

test('an unreachable server is reported as a database error with the code of the system', async () => {
  const refused = openPostgres({ host: 'localhost', port: 1, user: 'postgres' });
  await expect(refused).rejects.toMatchObject({ name: 'DatabaseError', fault: { code: 'ECONNREFUSED' } });
});

test('a connection that dropped while idle is reported at the next query, with the message of the server', async () => {
  const [session, other] = await Promise.all([openPostgres(server.config), openPostgres(server.config)]);
  const [row] = await session.query('select pg_backend_pid() as pid');
  await other.query('select pg_terminate_backend($1, 5000)', [row?.pid]);
  await expect(session.query('select 1')).rejects.toMatchObject({
    name: 'DatabaseError',
    fault: { code: '57P01' },
  });
  await session.close();
  await other.close();
});

test('sslmode prefer connects without TLS if the server has none; require fails', async () => {
  const address = {
    host: '127.0.0.1',
    port: server.config.port ?? 0,
    user: 'postgres',
    database: 'postgres',
  };
  const session = await connectPostgres({ ...address, ssl: { mode: 'prefer' } });
  expect(await session.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')).toEqual([
    { ssl: false },
  ]);
  await session.close();
  await expect(connectPostgres({ ...address, ssl: { mode: 'require' } })).rejects.toMatchObject({
    name: 'DatabaseError',
  });
});
