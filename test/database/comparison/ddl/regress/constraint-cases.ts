import type { DdlCase } from '../ddl-case.ts';

/** Keys, checks, exclusion and indexes. */
export const constraintCases: readonly DdlCase[] = [
  {
    title: 'exclusion constraints: with a condition, deferrable, with an operator class',
    sql: `create table depot.booking (room int4range, during tstzrange, state text, area box,
        constraint no_overlap exclude using gist (room with &&, during with &&) where (state <> 'void') deferrable initially deferred,
        exclude using gist (area with ~=));
      insert into depot.booking values ('[1,2)', '[2026-01-01,2026-01-02)', 'ok', '((0,0),(1,1))')`,
    damage:
      'alter table depot.booking drop constraint no_overlap; alter table depot.booking add constraint no_overlap exclude using gist (room with &&, during with &&)',
    names: 'exclusion no_overlap on depot.booking: definition',
    rows: 'select count(*) from depot.booking',
  },
  {
    title: 'deferrable keys, and references with every action and MATCH FULL',
    sql: `create table depot.uses_d (id int primary key); create table depot.pair (a int, b int, c int, primary key (a, b) deferrable, unique (c) deferrable initially deferred, unique (b, a) include (c));
      create table depot.child (a int, b int, d int default 1 references depot.uses_d on update set default on delete set null deferrable initially deferred,
        constraint both_or_none foreign key (b, a) references depot.pair (b, a) match full on update cascade on delete restrict)`,
    damage:
      'alter table depot.child alter constraint child_d_fkey not deferrable; alter table depot.pair drop constraint pair_c_key',
    names: 'foreign key child_d_fkey on depot.child: definition',
  },
  {
    title: 'ON DELETE SET NULL for some columns, and a key that is not valid',
    sql: `create table depot.tenant (id int primary key, unique (id)); create table depot.team (tenant int, id int, primary key (tenant, id));
      create table depot.member (tenant int not null references depot.tenant, team int, foreign key (tenant, team) references depot.team on delete set null (team));
      insert into depot.tenant values (1); insert into depot.member values (1);
      alter table depot.member add constraint late check (team > 0) not valid;
      alter table depot.member add constraint late_key foreign key (team) references depot.tenant not valid`,
    damage:
      'alter table depot.member validate constraint late; alter table depot.member drop constraint member_tenant_team_fkey; alter table depot.member add constraint member_tenant_team_fkey foreign key (tenant, team) references depot.team',
    names: 'foreign key member_tenant_team_fkey on depot.member: definition',
    rows: 'select count(*) from depot.member',
  },
  {
    title: 'NULLS NOT DISTINCT as a constraint and as an index, with INCLUDE',
    sql: `create table depot.slot (id int, place text, day date, note text, constraint one_each unique nulls not distinct (place, day) include (note));
      create unique index slot_id on depot.slot (id) nulls not distinct where place is not null; insert into depot.slot values (1, null, null)`,
    damage:
      'alter table depot.slot drop constraint one_each; alter table depot.slot add constraint one_each unique (place, day) include (note)',
    names: 'unique one_each on depot.slot: definition',
    rows: 'select count(*) from depot.slot',
  },
  {
    title: 'indexes of every method, with operator classes, collations and settings',
    sql: `create table depot.doc (id int, body text, tags text[], data jsonb, place point, ip inet, at timestamptz, words tsvector);
      create index doc_tags on depot.doc using gin (tags) with (fastupdate = off); create index doc_data on depot.doc using gin (data jsonb_path_ops);
      create index doc_place on depot.doc using spgist (place); create index doc_ip on depot.doc using gist (ip inet_ops);
      create index doc_at on depot.doc using brin (at timestamptz_minmax_multi_ops (values_per_range = 16)) with (pages_per_range = 8);
      create index doc_hash on depot.doc using hash (id); create index doc_like on depot.doc (body text_pattern_ops, lower(body) collate "C" desc nulls last);
      create index doc_words on depot.doc using gin (to_tsvector('english', body)); create index doc_key on depot.doc ((data ->> 'key'), ((data -> 'n')::int)) with (deduplicate_items = off)`,
    damage:
      'drop index depot.doc_at; create index doc_at on depot.doc using brin (at); drop index depot.doc_key',
    names: 'index depot.doc_key: missing',
  },
  {
    title: 'an index whose statistics target and clustering were set',
    sql: `create table depot.map (id int primary key, x int not null, y int); create index map_sum on depot.map ((x + y)); alter index depot.map_sum alter column 1 set statistics 700;
      cluster depot.map using map_sum; create unique index map_x on depot.map (x); alter table depot.map replica identity using index map_x`,
    damage: 'alter table depot.map set without cluster; alter table depot.map replica identity nothing',
    names: 'table depot.map: clustered on',
  },
  {
    title: 'checks with LIKE, regular expressions, casts, subscripts and functions of dates',
    sql: `create table depot.form (mail text check (mail like '%@%' and mail not ilike '%\\_%' escape '\\'), phone text check (phone similar to '[0-9]+'), born date check (born between '1900-01-01' and '2100-01-01'),
        data jsonb check (jsonb_typeof(data -> 'a') in ('number', 'string') and (data['b'] is null or data #>> '{c,0}' <> '')), parts int[] check (array_length(parts, 1) = 3 and parts[1] > all (array[0, -1])),
        flag bool default true check (flag is not unknown), span interval check (span > '1 mon 2 days 03:04:05'::interval), price money, row_ok int default 2 check (row(row_ok, 1) is distinct from row(null, 1)));
      insert into depot.form (mail) values ('a@b')`,
    damage:
      'alter table depot.form drop constraint form_phone_check; alter table depot.form drop constraint form_born_check; alter table depot.form add constraint form_born_check check (born between $$1900-01-01$$ and $$2100-01-02$$)',
    names: 'check form_born_check on depot.form: definition',
    rows: 'select count(*) from depot.form',
  },
  {
    title: 'names that are long, need quotes, or are keywords',
    sql: `create schema "Depot Two"; create table "Depot Two"."select" ("from" int constraint "a ""quoted"" name" check ("from" > 0), "ünï" text, "${'x'.repeat(63)}" int);
      create index "Index of ""select""" on "Depot Two"."select" ("ünï"); create view "Depot Two"."where" as select "from", "ünï" as "Ü" from "Depot Two"."select" where "from" > 1;
      create function "Depot Two"."do"("in" int default 3) returns int language sql as 'select "in"'; insert into "Depot Two"."select" values (1)`,
    damage:
      'drop view "Depot Two"."where"; alter table "Depot Two"."select" drop constraint "a ""quoted"" name"',
    names: 'view "Depot Two"."where": missing',
    rows: 'select count(*) from "Depot Two"."select"',
  },
  {
    title: 'tables that refer to each other in a circle',
    sql: `create table depot.hen (id int primary key, egg int); create table depot.egg (id int primary key, hen int references depot.hen);
      alter table depot.hen add constraint hen_egg foreign key (egg) references depot.egg deferrable initially deferred;
      insert into depot.hen values (1, 1); insert into depot.egg values (1, 1)`,
    damage: 'alter table depot.hen drop constraint hen_egg; alter table depot.egg disable trigger all',
    names: 'foreign key hen_egg on depot.hen: missing',
    rows: 'select count(*) from depot.hen',
  },
  {
    title: 'a key without overlaps, and a reference for a period',
    needs: 18,
    sql: `create table depot.rate (id int4range, valid daterange, price int, primary key (id, valid without overlaps));
      create table depot.bill (id int4range, valid daterange, rate int4range, foreign key (rate, period valid) references depot.rate (id, period valid));
      insert into depot.rate values ('[1,2)', '[2026-01-01,2027-01-01)', 5)`,
    damage: 'alter table depot.bill drop constraint bill_rate_valid_fkey',
    names: 'foreign key bill_rate_valid_fkey on depot.bill: missing',
    rows: 'select count(*) from depot.rate',
  },
  {
    title: 'constraints that are not enforced, NOT NULL that is not valid, virtual columns',
    needs: 18,
    sql: `create table depot.lax (id int primary key, up int, twice int generated always as (id * 2) virtual, constraint soft check (id > 0) not enforced,
        constraint soft_key foreign key (up) references depot.lax not enforced);
      insert into depot.lax values (1, 5), (-1, null); alter table depot.lax add constraint up_there not null up not valid`,
    damage:
      'alter table depot.lax drop constraint soft; alter table depot.lax drop column twice; alter table depot.lax alter column up drop not null',
    names: 'check soft on depot.lax: missing',
    rows: 'select count(*) from depot.lax',
  },
];
