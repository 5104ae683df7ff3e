import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgres } from '../../src/adapters/postgres-session.ts';
import type { Session } from '../../src/domain/session.ts';
import { type RealPostgres, startPostgres } from '../support/database/real-postgres.ts';
import { freePort } from '../testbed/free-port.ts';
import { bundled, until } from './support/running.ts';

let server: RealPostgres;
let session: Session;
let programs: Awaited<ReturnType<typeof bundled>>;
beforeAll(async () => {
  [programs, server] = await Promise.all([bundled(), startPostgres(['password_encryption=scram-sha-256'])]);
  session = await openPostgres(server.config);
  await session.script(
    `create role erp_anon nologin; create role erp_authenticator login noinherit in role erp_anon`,
  );
}, 120_000);
afterAll(async () => {
  await session.close();
  await server.stop();
  programs.remove();
});

/** Starts a double with an admin server. Returns it with a function that reads its readiness. */
async function start(env: Readonly<Record<string, string>> = {}) {
  const [port, adminPort] = [await freePort(), await freePort()];
  const all = {
    PGRST_DB_URI: `postgresql://erp_authenticator@127.0.0.1:${server.config.port}/postgres`,
    PGRST_DB_SCHEMAS: 'public',
    PGRST_DB_ANON_ROLE: 'erp_anon',
    PGRST_SERVER_HOST: '0.0.0.0',
    PGRST_SERVER_PORT: `${port}`,
    PGRST_ADMIN_SERVER_HOST: 'localhost',
    PGRST_ADMIN_SERVER_PORT: `${adminPort}`,
    ...env,
  };
  const running = programs.start('postgrest', [], all);
  const asked = async (path: 'live' | 'ready') =>
    (await fetch(`http://localhost:${adminPort}/${path}`).catch(() => undefined))?.status;
  const flag = async (more: Readonly<Record<string, string>> = {}) => {
    const program = programs.start('postgrest', ['--ready'], { ...all, ...more });
    return { code: await program.ended, said: program.written() };
  };
  return { ...running, port, adminPort, asked, flag };
}

test('identifies itself as a double in its version, its first log line and its Server header', async () => {
  const version = programs.start('postgrest', ['--version']);
  expect(await version.ended).toBe(0);
  expect(version.written()).toBe('PostgREST 14.17 (double of the erp-deploy testbed)\n');
  const one = await start();
  await until(
    () => one.asked('ready'),
    (status) => status === 200,
  );
  expect(one.written().split('\n')[0]).toMatch(/: Starting PostgREST 14\.17 \(double of .*\)\.\.\.$/);
  const { headers } = await fetch(`http://127.0.0.1:${one.port}/`);
  expect(headers.get('server')).toBe('postgrest/14.17 (double of the erp-deploy testbed)');
  await one.stop();
});

test('--ready queries the admin server; with the default host it always fails', async () => {
  const one = await start();
  await until(
    () => one.asked('ready'),
    (status) => status === 200,
  );
  expect(await one.flag()).toEqual({ code: 0, said: `OK: http://localhost:${one.adminPort}/ready\n` });
  expect(await one.flag({ PGRST_ADMIN_SERVER_HOST: '', PGRST_SERVER_HOST: '' })).toMatchObject({
    code: 1,
    said: expect.stringContaining(
      'REFUSED: The --ready flag cannot be used when server-host is configured as "!4"',
    ),
  });
  expect(await one.flag({ PGRST_ADMIN_SERVER_PORT: '' })).toMatchObject({ code: 1 });
  await one.stop();
  expect(await one.flag()).toMatchObject({ code: 1, said: expect.stringContaining('connection refused') });
});

test.each([
  [{ PGRST_JWT_SECRET: 'x'.repeat(31) }, 'The JWT secret must be at least 32 characters long.'],
  [{ PGRST_SERVER_PORT: '3001', PGRST_ADMIN_SERVER_PORT: '3001' }, 'admin-server-port cannot be the same'],
])('does not start with %j', async (env, why) => {
  const one = await start(env);
  expect(await one.ended).toBe(1);
  expect(one.written()).toContain(why);
});

test('exits after a wrong password', async () => {
  // The server trusts every role except this one.
  const [setting] = await session.query('select current_setting($1) as file', ['hba_file']);
  await session.script(`create role picky login password 'right';
    copy (values ('host all picky all scram-sha-256'), ('host all all all trust')) to '${setting?.file}';
    select pg_reload_conf()`);
  const at = `127.0.0.1:${server.config.port}/postgres`;
  const wrong = await start({ PGRST_DB_URI: `postgresql://picky:wrong@${at}` });
  expect(await wrong.ended).toBe(1);
  expect(wrong.written()).toMatch(
    /Failed to establish a connection\. \{"code":"PGRST000".*password authentication failed for user \\"picky\\"/,
  );
  const right = await start({ PGRST_DB_URI: `postgresql://picky:right@${at}` });
  await until(
    () => right.asked('ready'),
    (status) => status === 200,
  );
  await right.stop();
});

test('waits for a database that cannot be reached yet, and answers 503', async () => {
  const one = await start({
    PGRST_DB_URI: `postgresql://erp_authenticator@127.0.0.1:${await freePort()}/postgres`,
  });
  await until(one.written, (log) => log.includes('Attempting to reconnect to the database in 2 seconds...'));
  expect([await one.asked('live'), await one.asked('ready')]).toEqual([200, 503]);
  const answer = await fetch(`http://127.0.0.1:${one.port}/people`);
  expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'PGRST002' }]);
  await one.stop();
});

test('cannot load the schema cache until all schemas exist', async () => {
  const one = await start({ PGRST_DB_SCHEMAS: 'erp,agent' });
  await until(one.written, (log) => log.includes('Attempting to reconnect to the database in 1 seconds...'));
  expect(one.written()).toContain(
    'Failed to load the schema cache using db-schemas=erp,agent and db-extra-search-path=public. {"code":"3F000"',
  );
  expect(await one.asked('ready')).toBe(503);
  await session.script('create schema erp; create schema agent');
  await until(
    () => one.asked('ready'),
    (status) => status === 200,
  );
  await one.stop();
});

test('answers 503 while the database is down, and works again afterwards', async () => {
  const one = await start();
  await until(
    () => one.asked('ready'),
    (status) => status === 200,
  );
  await session.script('alter role erp_authenticator nologin');
  await session.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'erp_authenticator'",
  );
  await until(
    () => one.asked('ready'),
    (status) => status === 503,
  );
  await session.script('alter role erp_authenticator login');
  await until(
    () => one.asked('ready'),
    (status) => status === 200,
  );
  await one.stop();
});
