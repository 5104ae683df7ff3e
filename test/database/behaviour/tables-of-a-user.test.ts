import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BehaviourResult, checkBehaviour } from '../../../src/database/behaviour/check-behaviour.ts';
import { readCatalog } from '../../../src/database/catalog/read-catalog.ts';
import type { Session } from '../../../src/domain/session.ts';
import { applyBundled } from '../../support/bundled-migrations.ts';
import { engines } from '../../support/older-engines.ts';

const person = 'person_id bigint not null references erp.people (id)';
const trigger = (table: string, body: string) =>
  `create function erp.${table}_rule() returns trigger language plpgsql as $$ begin ${body} end $$;
   create trigger zz_rule before insert or update on erp.${table} for each row execute function erp.${table}_rule()`;
const touch = (table: string) =>
  `create trigger touch before update on erp.${table} for each row execute function erp.update_updated_at_column()`;

/** Migrations that a user could write, and why the key of the table cannot be tested; undefined if it can. */
const keys: readonly (readonly [table: string, sql: string, reason: string | undefined])[] = [
  ['plain', `create table erp.plain (${person})`, undefined],
  [
    'by_partition',
    `create table erp.by_partition (at date not null, ${person}) partition by range (at);
     create table erp.by_partition_rest partition of erp.by_partition default`,
    undefined,
  ],
  [
    'email_check',
    `create table erp.email_check (${person}, email text not null check (email like '%@%'))`,
    'email_check_email_check on erp.email_check rejected the generated row first',
  ],
  [
    'two_dates',
    `create table erp.two_dates (${person}, first date not null, last date not null, check (last > first))`,
    'two_dates_check on erp.two_dates rejected the generated row first',
  ],
  [
    'no_partition',
    `create table erp.no_partition (at date not null, ${person}) partition by range (at)`,
    'the generated row was rejected (SQLSTATE 23514)',
  ],
  [
    'unknown_type',
    `create table erp.unknown_type (${person}, area polygon not null)`,
    'no value is known for erp.unknown_type.area of type polygon',
  ],
  [
    'generated_key',
    `create table erp.generated_key (doc jsonb not null,
       person_id bigint generated always as ((doc ->> 'p')::bigint) stored references erp.people)`,
    'the generated row was rejected (SQLSTATE 428C9: cannot insert a non-DEFAULT value into column "person_id")',
  ],
  [
    'raising',
    `create table erp.raising (${person}); ${trigger('raising', "raise exception 'no';")}`,
    'the generated row was rejected (SQLSTATE P0001)',
  ],
  [
    'discarding',
    `create table erp.discarding (${person}); ${trigger('discarding', 'return null;')}`,
    'a trigger or a rule discards the generated row',
  ],
  [
    'changing',
    `create table erp.changing (person_id bigint references erp.people);
     ${trigger('changing', 'new.person_id := null; return new;')}`,
    'the generated row is not an orphan: erp.people has its key, or a trigger changed it',
  ],
  [
    'lookup',
    `create type erp.color as enum ('red', 'blue'); create table erp.colors (color erp.color primary key);
     insert into erp.colors values ('red'), ('blue');
     create table erp.lookup (color erp.color not null references erp.colors)`,
    'the generated row is not an orphan: erp.colors has its key, or a trigger changed it',
  ],
  [
    'not_validated',
    `create table erp.not_validated (person_id bigint not null);
     alter table erp.not_validated add foreign key (person_id) references erp.people not valid;
     alter table erp.not_validated disable trigger all`,
    'the foreign key is not validated',
  ],
];

let session: Session;
let results: readonly BehaviourResult[];
beforeAll(async () => {
  session = await applyBundled(await engines['18']());
  await session.script(`${keys.map(([, sql]) => sql).join(';\n')};
    alter table agent.sessions add badge text not null check (badge ~ '^[A-Z]{2}-[0-9]{3}$');
    create table erp.aged (created_at timestamptz not null default now(), updated_at timestamptz, check (updated_at >= created_at));
    create table erp.kept (updated_at timestamptz); ${touch('aged')}; ${touch('kept')};
    ${trigger('kept', 'new.updated_at := old.updated_at; return new;')};
    create table erp.unchecked (${person}); alter table erp.unchecked disable trigger all`);
  const report = await checkBehaviour(session, await readCatalog(session));
  if ('skipped' in report) throw new Error(report.skipped);
  results = report.results;
}, 120_000);
afterAll(() => session.close());

test('only an orphan that is accepted by a validated key fails', () => {
  expect(results.filter(({ ok }) => !ok)).toMatchObject([
    { name: 'erp.unchecked refuses an orphan by unchecked_person_id_fkey', found: 'accepted' },
  ]);
});

test.each(keys)('the key of erp.%s is tested, or the reason is given', (table, _sql, reason) => {
  const found = results.filter(({ name }) => name.startsWith(`erp.${table} refuses an orphan`));
  expect(found.map(({ notTested }) => notTested)).toEqual([reason]);
});

test.each([
  ['insert into agent.sessions', 'sessions_badge_check on agent.sessions rejected the generated row first'],
  ['updated_at of erp.aged moves', 'aged_check on erp.aged rejected the generated row first'],
  ['updated_at of erp.kept moves', 'erp.kept has other triggers or rules that can set updated_at'],
])('%s: not tested if a rule of the user is in the way', (name, notTested) => {
  expect(results.find((one) => one.name === name)).toMatchObject({ ok: true, notTested });
});
