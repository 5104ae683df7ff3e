import { beforeAll, describe, expect, it } from 'vitest';
import { openEmbedded } from '../../src/adapters/embedded-session.ts';
import { applyMigration } from '../../src/database/ledger/apply.ts';
import { ledgerDdl } from '../../src/database/ledger/ledger.ts';
import { excessRights } from '../../src/database/role-bounds.ts';
import type { Session } from '../../src/domain/session.ts';
import type { MigrationFile } from '../../src/domain/sql-change.ts';
import { bundledMigrations } from '../support/database/bundled-migrations.ts';

let session: Session;
let head: string | null = null;
const file = (name: string, text: string): MigrationFile => ({
  name,
  text,
  checksum: name,
  mode: 'transaction',
});

async function apply(name: string, text: string, allowed: readonly string[] = []): Promise<void> {
  await applyMigration(session, file(name, text), head, undefined, undefined, { allowedRights: allowed });
  head = name;
}

beforeAll(async () => {
  session = await openEmbedded();
  await session.script(ledgerDdl);
  await apply('001_erp_schema.sql', bundledMigrations[0]);
  await apply('002_agent_schema.sql', bundledMigrations[1]);
  return () => session.close();
}, 60_000);

it('finds no excessive right in the bundled migrations', async () => {
  expect(await excessRights(session, [])).toEqual([]);
});

describe('a migration of the user', () => {
  it.each([
    ['alter role erp_anon superuser', 'erp_anon: SUPERUSER'],
    ['alter role erp_api createrole createdb', 'erp_api: CREATEROLE'],
    ['alter role erp_service bypassrls', 'erp_service: BYPASSRLS'],
    ['alter role erp_anon login', 'erp_anon: LOGIN'],
    ['grant erp_service to erp_api', 'erp_api: member of erp_service'],
    ['grant pg_read_all_data to erp_anon', 'erp_anon: member of pg_read_all_data'],
    ['create table erp.x (); alter table erp.x owner to erp_service', 'erp_service: owner of table erp.x'],
    ['grant usage on schema erp to erp_anon', 'erp_anon: USAGE on schema erp'],
    ['grant create on schema erp to public', 'erp_api: CREATE on schema erp'],
    ['grant select on erp.people to erp_anon', 'erp_anon: SELECT on erp.people'],
    ['grant select on erp.people to public', 'erp_anon: SELECT on erp.people'],
    ['grant select (id) on erp.people to erp_anon', 'erp_anon: SELECT on erp.people'],
    ['grant truncate on erp.people to erp_api', 'erp_api: TRUNCATE on erp.people'],
    ['create view erp.v as select 1 as a; grant insert on erp.v to erp_anon', 'erp_anon: INSERT on erp.v'],
    ['grant all on all sequences in schema erp to erp_anon', 'erp_anon: SELECT on sequence'],
    ['grant insert on erp_deploy.migrations to erp_service', 'erp_service: INSERT on erp_deploy.migrations'],
    [
      'alter default privileges in schema erp grant select on tables to erp_anon',
      'erp_anon: SELECT by default on later tables of erp',
    ],
    [
      'alter default privileges grant select on tables to public',
      'PUBLIC: SELECT by default on later tables',
    ],
    [
      `create function erp.f() returns int language sql security definer as 'select 1'`,
      'erp_api: EXECUTE on erp.f() (SECURITY DEFINER)',
    ],
    [
      `create function erp.f() returns int language sql as 'select 1'; grant usage on schema erp to public`,
      'erp_anon: EXECUTE on erp.f()',
    ],
  ])('with "%s" is rolled back, and the excessive right is named', async (text, excess) => {
    await expect(apply('100_x.sql', `${text};`)).rejects.toMatchObject({
      problems: [
        { code: 'ERP-0543', exit: 4, excerpt: expect.arrayContaining([expect.stringContaining(excess)]) },
      ],
    });
    expect(await excessRights(session, [])).toEqual([]);
    expect(
      await session.query('select name from erp_deploy.migrations where name like $1', ['100%']),
    ).toEqual([]);
  });

  it.each([
    'create table erp.notices (id bigint primary key)',
    `create function erp.g() returns int language sql as 'select 1'`,
    `create function erp.t() returns trigger language plpgsql security definer as 'begin return new; end'`,
    'create role reporting; grant select on erp.people to reporting',
    'grant delete on erp.people to erp_api',
  ])('with "%s" is applied', async (text) => {
    const name = `20${Math.floor(performance.now())}_x.sql`;
    await apply(name, `${text};`);
    expect(head).toBe(name);
  });

  it('may grant a right that the configuration allows by name', async () => {
    await apply('900_x.sql', 'grant select on erp.people to erp_anon;', ['erp_anon: SELECT on erp.people']);
    expect(await excessRights(session, [])).toEqual(['erp_anon: SELECT on erp.people']);
    expect(await excessRights(session, ['erp_anon: SELECT on erp.people'])).toEqual([]);
  });
});
