import { randomBytes } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { openEmbedded } from '../../src/adapters/embedded-session.ts';
import { loginFaults, setLogins } from '../../src/database/authenticator.ts';
import { catalogNow } from '../../src/database/catalog/catalog-now.ts';
import { excessRights } from '../../src/database/role-bounds.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Session } from '../../src/domain/session.ts';
import { bundledMigrations } from '../support/database/bundled-migrations.ts';

let session: Session;
const password = new Secret('the-password-of-postgrest-in-this-test');
const none = { authenticator: [], readonly: [] };

beforeAll(async () => {
  session = await openEmbedded();
  for (const text of bundledMigrations) await session.script(text);
  return () => session.close();
}, 60_000);

const correct = () => setLogins(session, password, randomBytes);

it('reports both login roles if they are missing, and creates them', async () => {
  expect(await loginFaults(session, password)).toEqual({ authenticator: ['missing'], readonly: ['missing'] });
  const before = await catalogNow(session);
  await correct();
  expect(await loginFaults(session, password)).toEqual(none);
  expect(await excessRights(session, []), 'they are within the bounds').toEqual([]);
  expect(await catalogNow(session), 'they are not compared with the migrations').toEqual(before);
});

it.each([
  ['drop owned by erp_readonly', 'cannot read 38 tables, such as agent.'],
  ['revoke select on erp.people from erp_readonly', 'cannot read erp.people'],
  ['revoke usage on schema erp from erp_readonly', 'cannot read 14 tables, such as erp.'],
  ['alter role erp_readonly nologin', 'may not log in'],
  ['alter role erp_readonly createrole', 'has server-wide privileges'],
  ['grant erp_service to erp_readonly', 'may switch to erp_service'],
  ["alter role erp_readonly password 'another'", 'another password'],
  ['alter role erp_readonly password null', 'another password'],
])('detects "%s", and corrects it', async (statement, fault) => {
  await session.script(statement);
  const { readonly } = await loginFaults(session, password);
  expect(readonly).toEqual([expect.stringContaining(fault)]);
  await correct();
  expect(await loginFaults(session, password)).toEqual(none);
});

it('may read a table that a later migration creates', async () => {
  await session.script('create table erp.later (id int primary key)');
  expect(await loginFaults(session, password)).toEqual(none);
  await session.script('drop table erp.later');
});

it.each([
  ['grant insert on erp.people to erp_readonly', 'erp_readonly: INSERT on erp.people'],
  ['grant update (full_name) on erp.people to erp_readonly', 'erp_readonly: UPDATE on erp.people'],
  ['grant usage on schema erp_deploy_test to erp_readonly', null],
  ['grant create on schema erp to erp_readonly', 'erp_readonly: CREATE on schema erp'],
  ['grant erp_api to erp_readonly', 'erp_readonly: member of erp_api'],
  ['alter role erp_readonly bypassrls', 'erp_readonly: BYPASSRLS'],
  [
    'alter default privileges in schema erp grant insert on tables to erp_readonly',
    'erp_readonly: INSERT by default on later tables of erp',
  ],
  [
    "create function erp.f() returns int language sql security definer as 'select 1'",
    'erp_readonly: EXECUTE on erp.f() (SECURITY DEFINER)',
  ],
])('reports the rights that "%s" gives erp_readonly as excessive', async (statement, excess) => {
  await session.script('create schema erp_deploy_test');
  await session.script('begin');
  await session.script(statement);
  const found = await excessRights(session, []);
  await session.script('rollback');
  await session.script('drop schema erp_deploy_test');
  if (excess === null) expect(found).toEqual([]);
  else expect(found).toContain(excess);
});
