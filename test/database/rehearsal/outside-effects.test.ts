import { expect, test } from 'vitest';
import { migrationEffects } from '../../../src/database/rehearsal/effects.ts';

const effectsOf = (text: string) =>
  migrationEffects([{ name: '100_own.sql', text, checksum: '', mode: 'transaction' }], []);

test.each([
  'create role reporting nologin',
  "alter role reporting set work_mem = '8MB'",
  'drop role if exists reporting',
  'grant reporting to erp_api',
  'grant connect on database portfolio to reporting',
  "comment on database portfolio is 'ours'",
  "alter database portfolio set timezone = 'UTC'",
  'alter database portfolio owner to reporting',
  'alter role reporting rename to reports',
  'reassign owned by reporting to erp_api',
  'drop owned by reporting',
  "create subscription s connection 'host=other' publication p with (connect = false)",
  "copy erp.people to program 'gzip'",
  "copy erp.people from '/tmp/people'",
  'create foreign table erp.remote (id int) server other',
  'import foreign schema public from server other into erp',
  "select dblink_exec('host=other', 'delete from t')",
  "select * from dblink('host=other', 'select 1') as t (a int)",
  "insert into erp.jobs select cron.schedule('* * * * *', 'select 1')",
  'create extension if not exists dblink',
  'select pg_reload_conf()',
  'do $$ begin create role reporting; end $$',
  "do $$ begin execute 'alter role reporting login'; end $$",
  "do $$ begin execute format('grant %I to %I', 'a', 'b'); end $$",
  'do $$ declare r record; begin for r in select ddl from erp.todo loop execute r.ddl; end loop; end $$',
  "do $$ begin execute format('%s', (select ddl from erp.todo)); end $$",
  "do $$ begin perform dblink_exec('host=other', 'x'); end $$",
  'do language plpython3u $$ import os $$',
  'create function erp.make_role() returns void language plpgsql as $$ begin create user reporting; end $$',
  "create function erp.send() returns void language sql as $$ select dblink_exec('a', 'b') $$",
])('leaves out of the rehearsal a file that acts outside its database: %s', async (statement) => {
  const { leftOut } = await effectsOf(`create table erp.a (id int);\n\n${statement};\n`);
  expect(leftOut).toMatchObject([{ name: '100_own.sql', line: 3 }]);
  expect(leftOut[0]?.statement.length).toBeLessThanOrEqual(61);
});

test.each([
  'grant select on erp.people to erp_api',
  'revoke all on all tables in schema erp from public',
  'alter default privileges in schema erp grant select on tables to erp_api',
  'set role erp_api; reset role',
  'create extension if not exists pg_trgm',
  'create user mapping for current_user server other',
  "insert into erp.notes (text) values ('create role x; copy t to program y')",
  "do $$ begin execute format('create table erp.%I (id int)', 'events_2026'); end $$",
  "do $$ begin execute 'alter table erp.people add column if not exists phone text'; end $$",
  "do $$ begin if not exists (select from pg_roles where rolname = 'erp_api') then raise exception 'x'; end if; end $$",
  'create function erp.audit() returns trigger language plpgsql as $$ begin execute new.statement; return new; end $$',
  'do $$ begin create trigger t before update on erp.people for each row execute function erp.audit(); end $$',
  'do $$ begin grant execute on all functions in schema erp to erp_api; end $$',
  'create policy own on erp.people for select to erp_api using (true)',
  'alter table erp.people owner to current_user',
  'notify changed',
])('rehearses a file that acts within its database: %s', async (statement) => {
  expect((await effectsOf(statement)).leftOut).toEqual([]);
});

test('names the extensions that a rehearsal creates, but not those of a file that is left out', async () => {
  const { extensions } = await effectsOf('create extension vector; create extension if not exists pg_trgm');
  expect(extensions).toEqual(['vector', 'pg_trgm']);
  expect((await effectsOf('create extension vector; create role a')).extensions).toEqual([]);
});
