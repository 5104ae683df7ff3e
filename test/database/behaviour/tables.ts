/** A migration that a user could write, with one table in schema `erp` that has a foreign key. */
export interface UserTable {
  readonly table: string;
  readonly sql: string;
  /** Why the key cannot be tested; undefined if it can. */
  readonly reason?: string;
  /** The oldest server that knows the syntax; undefined for all. */
  readonly since?: number;
}

const person = 'person_id bigint not null references erp.people (id)';
const trigger = (table: string, body: string, when = 'before insert or update') =>
  `create function erp.${table}_rule() returns trigger language plpgsql as $$ begin ${body} end $$;
   create trigger "A rule" ${when} on erp.${table} for each row execute function erp.${table}_rule()`;
const rejecting = "raise exception 'no %', new using errcode = 'undefined_table';";
const notAnOrphan = (parent: string) =>
  `the generated row is not an orphan: ${parent} has its key, or a trigger changed it`;

const testable: readonly (readonly [table: string, sql: string, since?: number])[] = [
  ['plain', `create table erp.plain (${person})`],
  ['email', `create table erp.email (${person}, email text not null check (email like '%@%'))`],
  [
    'two_dates',
    `create table erp.two_dates (${person}, first date not null, last date not null, check (last > first))`,
  ],
  [
    'two_columns',
    `create table erp.two_columns (${person}, kind text not null check (kind in ('small', 'large')),
       amount numeric(6, 2) not null, check ((kind = 'large') = (amount > 500)))`,
  ],
  [
    'shapes',
    `create table erp.shapes (${person}, code text not null unique check (code ~ '^[A-Z]{2}-\\d{3}(/[a-f]+)?$'),
       phone varchar(20) not null check (phone ~* '^\\+?[0-9 ()-]{7,}$'), slug text not null check (slug similar to '[a-z0-9]+(-[a-z0-9]+)*'),
       iso char(3) not null check (iso = upper(iso) and char_length(iso) = 3), mail text not null check (position('@' in mail) > 1),
       tags text[] not null check (cardinality(tags) between 1 and 5), span daterange not null check (upper(span) > lower(span)),
       rate numeric(5, 4) not null check (rate > 0 and rate < 1), born date not null check (born < date '1999-12-31'),
       document jsonb not null check (jsonb_typeof(document) = 'object' and document ? 'version'))`,
  ],
  [
    'domains',
    `create domain erp.iban as text not null check (value ~ '^DE[0-9]{20}$');
     create domain erp.positive as int check (value > 0); create domain erp.large as erp.positive check (value > 100000);
     create table erp.domains (${person}, iban erp.iban, size erp.large not null)`,
  ],
  [
    'domain_key',
    `create domain erp.key as int check (value > 7); create table erp.domain_key_parent (k erp.key primary key);
     create table erp.domain_key (k erp.key not null references erp.domain_key_parent)`,
  ],
  [
    'checked_key',
    'create table erp.checked_key (person_id bigint not null check (person_id > 0) references erp.people)',
  ],
  [
    'one_of_two',
    `create table erp.one_of_two (person_id bigint references erp.people, other bigint,
       check (num_nonnulls(person_id, other) = 1))`,
  ],
  [
    'composite',
    `create table erp.composite_parent (organization_id bigint not null references erp.organizations, id bigint, primary key (organization_id, id));
     create table erp.composite (organization_id bigint not null, parent bigint not null, extra bigint,
       foreign key (organization_id, parent) references erp.composite_parent match full);
     create unique index on erp.composite (extra)`,
  ],
  [
    'small_lookup',
    `create table erp.small_lookup_parent (rate numeric(3, 1) primary key); insert into erp.small_lookup_parent values (0), (7), (19);
     create table erp.small_lookup (rate numeric(3, 1) not null references erp.small_lookup_parent)`,
  ],
  ['self', 'create table erp.self (id int primary key, boss int not null references erp.self)'],
  [
    'types',
    `create type erp.pair as (a int, b text); create type erp.float_range as range (subtype = float8);
     create table erp.types (${person}, a erp.pair not null, b erp.float_range not null, c box not null, d polygon not null,
       e circle not null, f jsonpath not null, g pg_lsn not null, h tsquery not null, i oid not null, j "char" not null,
       k bit varying(3) not null, l datemultirange not null, m erp.pair[] not null)`,
  ],
  [
    'generated_key',
    `create table erp.generated_key (doc jsonb not null,
       person_id bigint generated always as ((doc ->> 'p')::bigint) stored references erp.people)`,
  ],
  [
    'default_partition',
    `create table erp.default_partition (at date not null, ${person}) partition by range (at);
     create table erp.default_partition_all partition of erp.default_partition default`,
  ],
  [
    'by_month',
    `create table erp.by_month (at timestamptz not null, ${person}) partition by range (date_trunc('month', at at time zone 'UTC'));
     create table erp.by_month_3 partition of erp.by_month for values from ('2024-03-01') to ('2024-04-01')`,
  ],
  [
    'by_list_and_hash',
    `create table erp.by_list_and_hash (region text, ${person}) partition by list (region);
     create table erp.by_list_eu partition of erp.by_list_and_hash for values in ('de', 'it''s') partition by hash (person_id);
     create table erp.by_list_eu_1 partition of erp.by_list_eu for values with (modulus 2, remainder 1)`,
  ],
  [
    'by_key',
    `create table erp.by_key (person_id bigint not null references erp.people, n int not null) partition by range (n, person_id);
     create table erp.by_key_low partition of erp.by_key for values from (minvalue, minvalue) to (-70000, 5)`,
  ],
  [
    'part_2024',
    `create table erp.whole (year int not null, person_id bigint not null) partition by list (year);
     create table erp.part_2024 partition of erp.whole for values in (2024);
     alter table erp.part_2024 add foreign key (person_id) references erp.people`,
  ],
  [
    'also_logged',
    `create table erp.also_log (x bigint); create table erp.also_logged (${person});
     create rule also as on insert to erp.also_logged do also insert into erp.also_log values (new.person_id)`,
  ],
  [
    'needs_note',
    `create table erp.needs_note (${person}, note text);
     ${trigger('needs_note', "if new.note is null then raise exception 'no'; end if; return new;")}`,
  ],
  [
    'like_its_rows',
    `insert into erp.people (id, full_name) overriding system value values (5, 'Someone');
     create table erp.like_its_rows (${person}, code text not null, nr int not null unique); insert into erp.like_its_rows values (5, 'a secret', 1);
     ${trigger('like_its_rows', `if new.code <> 'a secret' then ${rejecting} end if; return new;`)}`,
  ],
  [
    'named_like_variables',
    `create table erp.named_like_variables (${person}, found int not null check (found > 7), state text not null check (state like 'T%'),
       place text not null, "table" text not null, message text not null)`,
  ],
  [
    'temporal',
    `create table erp.temporal_parent (room int4range, valid daterange, primary key (room, valid without overlaps));
     create table erp.temporal (room int4range not null, valid daterange not null,
       foreign key (room, period valid) references erp.temporal_parent (room, period valid))`,
    18,
  ],
];

const untestable: readonly (readonly [table: string, sql: string, reason: string, since?: number])[] = [
  [
    'no_partition',
    `create table erp.no_partition (at date not null, ${person}) partition by range (at)`,
    'erp.no_partition has no partition',
  ],
  [
    'unknown_type',
    `create table erp.unknown_type (${person}, area gtsvector not null)`,
    'no value is known for erp.unknown_type.area of type gtsvector',
  ],
  [
    'unsatisfiable',
    `create table erp.unsatisfiable (${person}, code text not null check (md5(code) = 'x'))`,
    'unsatisfiable_code_check on erp.unsatisfiable rejected the generated row first',
  ],
  [
    'failing',
    `create function erp.fails(text) returns boolean immutable language plpgsql as $$ begin raise exception '%', $1; end $$;
     create table erp.failing (${person}, code text not null check (erp.fails(code)))`,
    'the generated row was rejected (SQLSTATE P0001)',
  ],
  [
    'excluded',
    `create table erp.excluded (person_id bigint references erp.people, during tsrange not null check (not isempty(during)),
       exclude using gist (during with &&)); insert into erp.excluded values (null, '(,)')`,
    'excluded_during_excl on erp.excluded rejected the generated row first',
  ],
  [
    'raising',
    `create table erp.raising (${person}); ${trigger('raising', rejecting)}`,
    'erp.raising_rule() rejected the generated row (SQLSTATE 42P01)',
  ],
  [
    'raising_at_commit',
    `create table erp.raising_at_commit (${person}); create function erp.late() returns trigger language plpgsql as $$ begin ${rejecting} end $$;
     create constraint trigger "A late rule" after insert on erp.raising_at_commit deferrable initially deferred for each row execute function erp.late()`,
    'erp.late() rejected the generated row (SQLSTATE 42P01)',
  ],
  [
    'discarding',
    `create table erp.discarding (${person}); ${trigger('discarding', 'return null;')}`,
    'a trigger or a rule discards the generated row',
  ],
  [
    'deleting',
    `create table erp.deleting (${person});
     ${trigger('deleting', 'delete from erp.deleting; return null;', 'after insert')}`,
    'a trigger or a rule discards the generated row',
  ],
  [
    'replaced',
    `create table erp.replaced (${person}); create rule nothing as on insert to erp.replaced do instead nothing`,
    'the rule nothing replaces INSERT on erp.replaced',
  ],
  [
    'changing',
    `create table erp.changing (person_id bigint references erp.people); ${trigger('changing', 'new.person_id := null; return new;')}`,
    notAnOrphan('erp.people'),
  ],
  [
    'makes_its_parent',
    `create table erp.made_parent (id bigint primary key); create table erp.makes_its_parent (parent bigint not null references erp.made_parent);
     ${trigger('makes_its_parent', 'insert into erp.made_parent values (new.parent) on conflict do nothing; return new;')}`,
    notAnOrphan('erp.made_parent'),
  ],
  [
    'full_lookup',
    `create type erp.color as enum ('red', 'blue'); create table erp.colors (color erp.color primary key);
     insert into erp.colors values ('red'), ('blue'); create table erp.full_lookup (color erp.color not null references erp.colors)`,
    notAnOrphan('erp.colors'),
  ],
  [
    'full_boolean',
    `create table erp.true_and_false (b boolean primary key); insert into erp.true_and_false values (true), (false);
     create table erp.full_boolean (b boolean not null references erp.true_and_false)`,
    notAnOrphan('erp.true_and_false'),
  ],
  [
    'not_validated',
    `create table erp.not_validated (person_id bigint not null); alter table erp.not_validated add foreign key (person_id) references erp.people not valid;
     alter table erp.not_validated disable trigger all`,
    'the foreign key is not validated',
  ],
  [
    'not_enforced',
    'create table erp.not_enforced (person_id bigint not null references erp.people not enforced)',
    'the foreign key is not validated',
    18,
  ],
];

const all: readonly UserTable[] = [
  ...testable.map(([table, sql, since]) => ({ table, sql, ...(since === undefined ? {} : { since }) })),
  ...untestable.map(([table, sql, reason, since]) => ({
    table,
    sql,
    reason,
    ...(since === undefined ? {} : { since }),
  })),
];

/** Returns the tables that a server of this major version can have. */
export function userTables(major: number): readonly UserTable[] {
  return all.filter(({ since = 0 }) => major >= since);
}
