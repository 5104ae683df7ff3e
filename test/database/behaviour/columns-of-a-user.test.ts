import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BehaviourResult, checkBehaviour } from '../../../src/database/behaviour/check-behaviour.ts';
import { readCatalog } from '../../../src/database/catalog/read-catalog.ts';
import type { Session } from '../../../src/domain/session.ts';
import { applyBundled } from '../../support/database/bundled-migrations.ts';
import { engines } from '../../support/production/older-engines.ts';

let session: Session;
beforeAll(async () => {
  session = await applyBundled(await engines['18']());
}, 120_000);
afterAll(() => session.close());

async function results(): Promise<readonly BehaviourResult[]> {
  const report = await checkBehaviour(session, await readCatalog(session));
  if ('skipped' in report) throw new Error(report.skipped);
  return report.results;
}

test('fills in values for NOT NULL columns of the user: enums, domains, vocabularies, keys, unusual types', async () => {
  await session.script(`
    create type erp.shirt as enum ('M', 'L');
    create domain erp.short_code as varchar(6) check (value <> '');
    create table erp.regions (code erp.short_code primary key, serial_no serial unique, parent text references erp.regions);
    create table erp.teams (
      region text, number smallint, name varchar(5) not null unique, colour char(3) not null,
      organization_id bigint not null references erp.organizations,
      region_code text not null references erp.regions, primary key (region, number));
    alter table erp.people
      add column shirt erp.shirt not null, add column code erp.short_code not null,
      add column level text not null check (level in ('junior', 'it''s senior')),
      add column grade varchar(3) not null check (grade in ('A', 'B')),
      add column team_region text not null, add column team_number smallint not null,
      add column boss_id bigint not null references erp.people,
      add column ip inet not null, add column span tstzrange not null, add column tags text[] not null,
      add column likes vector(4) not null, add column "Odd name" uuid not null unique,
      add foreign key (team_region, team_number) references erp.teams;
    alter table agent.sessions add column owner_id bigint not null references erp.people on delete cascade`);
  const found = await results();
  expect(found.filter(({ ok, notTested }) => !ok || notTested !== undefined)).toEqual([]);
  expect(found.map(({ name }) => name)).toContain('sessions_owner_id_fkey on agent.sessions rejects orphans');
});

test('a column without a known value skips only the tests that need it, and names them', async () => {
  await session.script('alter table erp.organizations add column shape gtsvector not null');
  const untested = (await results()).filter(({ notTested }) => notTested !== undefined);
  expect(untested.map(({ ok }) => ok)).not.toContain(false);
  expect(new Set(untested.map((one) => one.notTested))).toEqual(
    new Set(['no value is known for erp.organizations.shape of type gtsvector']),
  );
  expect(untested.map(({ name }) => name)).not.toContain('agent.get_graph_neighbors returns a neighbor');
  await session.script('alter table erp.organizations drop column shape');
});

test('a server with default_transaction_read_only is not tested, and the reason is given', async () => {
  await session.script('set default_transaction_read_only = on');
  const report = await checkBehaviour(session, await readCatalog(session));
  await session.script('reset default_transaction_read_only');
  expect(report).toEqual({ skipped: 'the server is set to read-only transactions' });
});
