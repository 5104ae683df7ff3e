import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgres } from '../../src/adapters/postgres-session.ts';
import { readCatalog } from '../../src/database/catalog/read-catalog.ts';
import { administratorSql, serverFitness } from '../../src/database/fitness.ts';
import type { Session } from '../../src/domain/session.ts';
import { applyBundled, bundledMigrations, withoutVector } from '../support/database/bundled-migrations.ts';
import { type RealPostgres, startPostgres, startStandby } from '../support/database/real-postgres.ts';
import { engines } from '../support/production/older-engines.ts';

let server: RealPostgres;
let administrator: Session;
let expected: Awaited<ReturnType<typeof readCatalog>>;

beforeAll(async () => {
  server = await startPostgres();
  administrator = await openPostgres(server.config);
  const scratch = await applyBundled(await engines[18]());
  expected = await readCatalog(scratch);
  await scratch.close();
}, 120_000);
afterAll(async () => {
  await administrator.close();
  await server.stop();
});

async function newcomer(name: string): Promise<Session> {
  await administrator.script(`create role ${name} login`);
  await administrator.script(`create database ${name}`);
  return openPostgres({ ...server.config, user: name, database: name });
}

test('the SQL for an administrator gives a role without rights all that it needs to migrate', async () => {
  const session = await newcomer('newcomer');
  const place = { database: 'newcomer', user: 'newcomer' };
  const before = await serverFitness(session, expected);
  expect(before).toMatchObject({ superuser: false, createRole: false, createSchema: false, standby: false });
  const sql = administratorSql(before, expected, place);
  expect(sql).toEqual([
    'create role erp_anon nologin;',
    "alter role erp_anon set statement_timeout to '2s';",
    'create role erp_api nologin;',
    "alter role erp_api set statement_timeout to '10s';",
    'create role erp_service login;',
    "alter role erp_service set statement_timeout to '60s';",
    'grant create on database "newcomer" to "newcomer";',
  ]);
  await administrator.script(sql.join('\n'));
  expect(administratorSql(await serverFitness(session, expected), expected, place)).toEqual([]);
  for (const text of bundledMigrations) await session.script(`begin;\n${withoutVector(text)}\n;commit`);
  await session.close();
});

test('the SQL creates an extension that only a superuser may create, unless the provider allows it', async () => {
  const session = await newcomer('guest');
  await administrator.script('grant create on database guest to guest; alter role guest createrole');
  const untrusted = { ...expected, objects: expected.objects.map(renamed) };
  const place = { database: 'guest', user: 'guest' };
  const sql = async () => administratorSql(await serverFitness(session, untrusted), untrusted, place);
  expect(await sql()).toEqual(['create extension if not exists pageinspect;']);
  await administrator.script('create role rds_superuser; grant rds_superuser to guest');
  expect(await sql()).toEqual([]);
  await session.close();

  function renamed(object: (typeof expected.objects)[number]): typeof object {
    return object.kind === 'extension' && object.name === 'vector'
      ? { ...object, name: 'pageinspect', definition: 'create extension if not exists pageinspect' }
      : object;
  }
});

test('an extension that is not installed on the server is reported', async () => {
  const { extensions } = await serverFitness(administrator, expected);
  expect(extensions).toEqual([{ name: 'vector', available: false, superuser: null }]);
});

test('a standby is recognized', async () => {
  const standby = await startStandby(server);
  const session = await openPostgres(standby.config);
  expect(await serverFitness(session, expected)).toMatchObject({ standby: true });
  await session.close();
  await standby.stop();
});
