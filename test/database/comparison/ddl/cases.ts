import { counterexamples } from './counterexamples.ts';
import type { DdlCase } from './ddl-case.ts';
import { rowCases } from './row-cases.ts';

const texts: readonly DdlCase[] = [
  {
    title: 'a check on a list of varchar values, which PostgreSQL does not read back as it prints it',
    sql: `create table depot.parcel (id int primary key, state varchar(12) not null check (state in ('sent', 'lost')));
      insert into depot.parcel values (1, 'sent')`,
    damage: 'alter table depot.parcel drop constraint parcel_state_check',
    names: 'check parcel_state_check on depot.parcel: missing',
    rows: 'select count(*) from depot.parcel',
  },
  {
    title: 'the same list in a partial index, a view, a domain, a policy and a generated column',
    sql: `create domain depot.grade as varchar(3) check (value in ('a', 'b'));
      create table depot.box (id int, kind varchar(9), flat boolean generated always as (kind in ('flat', 'thin')) stored);
      create index box_flat on depot.box (id) where kind in ('flat', 'thin');
      create view depot.thick as select id from depot.box where kind not in ('flat', 'thin');
      create policy flat_only on depot.box using (kind in ('flat', 'thin'))`,
    damage: 'drop index depot.box_flat; drop view depot.thick',
    names: 'index depot.box_flat: missing',
  },
  {
    title: 'an index on a time zone expression',
    sql: `create table depot.visit (id int primary key, at timestamptz, span tsrange);
      create index visit_at on depot.visit ((at at time zone 'UTC'));
      create index visit_day on depot.visit (((at at time zone 'UTC')::date), id)`,
    damage: 'drop index depot.visit_day',
    names: 'index depot.visit_day: missing',
  },
  {
    title: 'a function in SQL whose statements use aliases',
    sql: `create table depot.stock (id int primary key, note text);
      create function depot.restock() returns void begin atomic
        update depot.stock as s set note = 'new' where s.id = 1; delete from depot.stock d using depot.stock o where d.id < o.id; end`,
    damage: `create or replace function depot.restock() returns void begin atomic
      update depot.stock as s set note = 'old' where s.id = 1; delete from depot.stock d using depot.stock o where d.id < o.id; end`,
    names: 'function depot.restock(): definition',
  },
  {
    title: 'a function that stores the search path of the session that creates it',
    sql: `create function depot.safe() returns int language sql security definer set search_path from current as 'select 1'`,
    damage: 'alter function depot.safe() reset search_path',
    names: 'function depot.safe(): definition',
  },
  {
    title: 'a view of quoted names with another column of the same type',
    sql: `create table depot."group" (id int, "user" text, "User" text);
      create view depot.members as select "user" from depot."group" where id > 1`,
    damage: `create or replace view depot.members as select "User" as "user" from depot."group" where id > 1`,
    names: 'view depot.members: definition',
  },
  {
    title: 'a view that reads the other table, and one with another literal',
    sql: `create table depot.inbound (name text); create table depot.outbound (name text);
      create view depot.names as select i.name from depot.inbound i, depot.outbound o;
      create view depot.label as select 'in.a'::text as label from depot.inbound`,
    damage: `create or replace view depot.names as select o.name from depot.inbound i, depot.outbound o;
      create or replace view depot.label as select 'out.a'::text as label from depot.inbound`,
    names: 'view depot.label: definition',
  },
  {
    title: 'a rule that deletes from another table',
    sql: `create table depot.log (id int); create table depot.audit (id int);
      create rule tidy as on insert to depot.log do also delete from depot.log where id < 0`,
    damage:
      'create or replace rule tidy as on insert to depot.log do also delete from depot.audit where id < 0',
    names: 'rule tidy on depot.log: definition',
  },
];

const kinds: readonly DdlCase[] = [
  {
    title: 'a label of an enum that was renamed',
    sql: `create type depot.state as enum ('new', 'open'); create table depot.job (state depot.state default 'open');
      insert into depot.job default values`,
    damage: `alter type depot.state rename value 'open' to 'opened'`,
    names: 'type depot.state: labels',
    rows: 'select count(*) from depot.job',
  },
  {
    title: 'a label of an enum that is one too many',
    sql: `create type depot.size as enum ('s', 'm')`,
    damage: `alter type depot.size add value 'l'`,
    names: 'type depot.size: labels',
    byHand: true,
  },
  {
    title: 'a check of a domain within a composite column',
    sql: `create domain depot.percent as int constraint most check (value <= 100);
      create type depot.share as (part depot.percent); create table depot.split (share depot.share)`,
    damage: 'alter domain depot.percent drop constraint most',
    names: 'domain depot.percent: check most',
    byHand: true,
  },
  {
    title: 'an attribute of a composite type',
    sql: 'create type depot.measure as (width int, height numeric(4,1))',
    damage: 'alter type depot.measure alter attribute height type numeric(6,2)',
    names: 'type depot.measure: attribute height',
  },
  {
    title: 'a range type, with its constructors',
    sql: 'create type depot.weight as range (subtype = float8)',
    damage: 'drop type depot.weight',
    names: 'type depot.weight: missing',
  },
  {
    title: 'an aggregate',
    sql: `create aggregate depot.longest(int) (sfunc = int4larger, stype = int, initcond = '0')`,
    damage: 'drop aggregate depot.longest(int)',
    names: 'aggregate depot.longest(integer): missing',
  },
  {
    title: 'owners of a table and a function',
    sql: `create table depot.a (id int); create table depot.b (id int); create table depot.safe (id int);
      alter table depot.safe owner to ddl_keeper;
      create function depot.open() returns int language sql as 'select 1'; alter function depot.open() owner to ddl_keeper`,
    damage: 'alter table depot.safe owner to ddl_other; alter function depot.open() owner to ddl_other',
    names: 'table depot.safe: owner',
  },
  {
    title: 'a replica identity and a publication',
    sql: `create table depot.feed (id int primary key, label text); alter table depot.feed replica identity full;
      create publication ddl_feed for table depot.feed where (id > 5)`,
    damage:
      'alter table depot.feed replica identity default; alter publication ddl_feed drop table depot.feed',
    names: 'publication ddl_feed: table depot.feed',
  },
  {
    title: 'an event trigger that is off',
    sql: `create function depot.watch() returns event_trigger language plpgsql as 'begin end';
      create event trigger ddl_watch on ddl_command_end execute function depot.watch()`,
    damage: 'alter event trigger ddl_watch disable',
    names: 'event trigger ddl_watch: enabled',
  },
  {
    title: 'a collation with the column that uses it',
    sql: `create collation depot.plain (provider = libc, locale = 'C'); create table depot.word (text text collate depot.plain)`,
    damage: 'drop collation depot.plain cascade',
    names: 'collation depot.plain: missing',
  },
  {
    title: 'a cast that a check uses',
    sql: `create type depot.coin as (cents int);
      create function depot.cents(depot.coin) returns int language sql immutable as 'select $1.cents';
      create cast (depot.coin as int) with function depot.cents(depot.coin); create table depot.till (c depot.coin check (c::int > 0))`,
    damage: 'drop cast (depot.coin as int) cascade',
    names: 'cast (depot.coin as integer): missing',
  },
  {
    title: 'what one partition has otherwise: NOT NULL, a default, a trigger that is off',
    sql: `create table depot.day (at int not null, note text default 'x') partition by range (at);
      create table depot.day_1 partition of depot.day (note not null) for values from (0) to (9);
      create function depot.stamp() returns trigger language plpgsql as 'begin return new; end';
      create trigger stamp after insert on depot.day for each row execute function depot.stamp()`,
    damage: `alter table depot.day_1 alter column note drop not null, alter column note drop default;
      alter table depot.day_1 disable trigger stamp`,
    names: 'table depot.day_1: column note not null',
  },
  {
    title: 'a default of a column of a view',
    sql: `create table depot.item (id int, note text); create view depot.items as select * from depot.item;
      alter view depot.items alter column note set default 'none'`,
    damage: 'alter view depot.items alter column note drop default',
    names: 'view depot.items: column note default',
  },
  {
    title: 'a check that children do not inherit, and a typed table',
    sql: `create table depot.parent (id int, constraint own check (id > 0) no inherit); create table depot.child () inherits (depot.parent);
      create type depot.row as (id int, note text); create table depot.typed of depot.row (id primary key)`,
    damage: 'alter table depot.parent drop constraint own; alter table depot.typed not of',
    names: 'table depot.typed: of type',
  },
  {
    title: 'an index of the partitioned table only',
    sql: `create table depot.split (id int) partition by range (id);
      create table depot.split_1 partition of depot.split for values from (0) to (9); create index split_id on only depot.split (id)`,
    damage: 'drop index depot.split_id; create index split_id on depot.split (id)',
    names: 'index depot.split_id: valid',
  },
  {
    title: 'storage, compression and settings',
    sql: `create table depot.blob (a text, b text compression pglz) with (fillfactor = 70); alter table depot.blob alter column a set storage external`,
    damage:
      'alter table depot.blob alter column a set storage main; alter table depot.blob reset (fillfactor)',
    names: 'table depot.blob: options',
  },
  {
    title: 'extended statistics',
    sql: 'create table depot.pair (a int, b int); create statistics depot.pair_ab (dependencies) on a, b from depot.pair',
    damage: 'drop statistics depot.pair_ab',
    names: 'statistics depot.pair_ab: missing',
  },
  {
    title: 'a comment',
    sql: `create table depot.told (id int); comment on table depot.told is 'it''s told'`,
    damage: `comment on table depot.told is 'otherwise'`,
    names: 'table depot.told: comment',
    as: 'note',
  },
  {
    title: 'the order of columns',
    sql: 'create table depot.pairs (a int, b int)',
    damage: 'alter table depot.pairs drop column a; alter table depot.pairs add column a int',
    names: 'table depot.pairs: column order',
    as: 'note',
  },
  {
    title: 'a conversion and an operator',
    sql: `create conversion depot.latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
      create operator depot.=== (function = int4eq, leftarg = int, rightarg = int)`,
    damage: 'drop conversion depot.latin; drop operator depot.=== (int, int)',
    names: 'conversion depot.latin',
    as: 'not compared',
  },
  {
    title: 'a schema that is still empty',
    sql: 'create schema depot_later',
    damage: 'drop schema depot_later',
    names: 'schema depot_later: missing',
  },
];

export const ddlCases = [...texts, ...rowCases, ...kinds, ...counterexamples];
