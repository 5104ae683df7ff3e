import type { DdlCase } from '../ddl-case.ts';

/** Privileges, policies, owners, publications, statistics, comments and foreign tables. */
export const accessCases: readonly DdlCase[] = [
  {
    title: 'policies for several roles, commands and kinds',
    sql: `create table depot.note (id int, owner name default current_user, team int[]); alter table depot.note enable row level security; alter table depot.note force row level security;
      create policy read_own on depot.note for select to ddl_keeper, ddl_other using (owner = current_user or exists (select from depot.note n where n.id = note.id + 1));
      create policy write on depot.note as restrictive for update to public using (1 = any (team)) with check (owner = session_user); create policy ins on depot.note for insert to ddl_other with check (true)`,
    damage: 'alter policy read_own on depot.note to ddl_keeper; drop policy ins on depot.note',
    names: 'policy read_own on depot.note: definition',
  },
  {
    title: 'default privileges for tables, functions, sequences and types',
    sql: `alter default privileges in schema depot grant select, insert on tables to ddl_keeper with grant option; alter default privileges in schema depot grant usage on sequences to ddl_other; alter default privileges in schema depot grant execute on functions to ddl_keeper;
      alter default privileges in schema depot grant usage on types to ddl_other; create table depot.born (id serial); create function depot.born_f() returns int language sql as 'select 1'`,
    damage:
      'alter default privileges in schema depot revoke insert on tables from ddl_keeper; revoke insert on depot.born from ddl_keeper',
    names: 'default privilege',
  },
  {
    title: 'grants on columns, with grant option, and to PUBLIC',
    sql: `create table depot.pay (id int, name text, sum int); grant select (id, name), update (name) on depot.pay to ddl_keeper; grant select (sum) on depot.pay to ddl_other with grant option; grant references (id) on depot.pay to public;
      create function depot.secret() returns int language sql as 'select 1'; revoke execute on function depot.secret() from public; create type depot.kind as enum ('a'); revoke usage on type depot.kind from public; grant usage on type depot.kind to ddl_keeper; grant usage, create on schema depot to ddl_other;
      grant all on depot.pay to ddl_other; create sequence depot.numbers; grant usage, update on sequence depot.numbers to ddl_keeper`,
    damage:
      'revoke select (name) on depot.pay from ddl_keeper; grant execute on function depot.secret() to public; revoke grant option for select (sum) on depot.pay from ddl_other cascade',
    names: 'grant on function depot.secret()',
  },
  {
    title: 'grants that one role passes to another',
    sql: `create table depot.chain (id int); grant select, update on depot.chain to ddl_keeper with grant option; grant usage on schema depot to ddl_keeper; set role ddl_keeper; grant select on depot.chain to ddl_other; reset role`,
    damage: 'revoke select on depot.chain from ddl_keeper cascade',
    names: 'grant on table depot.chain to ddl_other',
  },
  {
    title: 'publications with row filters, column lists and schemas',
    sql: `create table depot.feed (id int primary key, region text not null, note text); create table depot.more (id int primary key); alter table depot.feed replica identity full;
      create publication ddl_rows for table depot.feed where (region in ('n', 's') and id > 5), only depot.more with (publish = 'insert, update');
      create publication ddl_cols for table depot.more (id); create publication ddl_schema for tables in schema depot; create publication ddl_none`,
    damage: `alter publication ddl_rows set table depot.feed where (region = 'n'); alter publication ddl_rows set (publish = 'insert'); drop publication ddl_none`,
    names: 'publication ddl_rows: table depot.feed',
  },
  {
    title: 'extended statistics of every kind, with expressions',
    sql: `create table depot.k (a int, b int, c text); create statistics depot.k_all (ndistinct, dependencies, mcv) on a, b from depot.k; create statistics depot.k_expr (mcv) on (a + b), lower(c) from depot.k; create statistics depot.k_one on (a % 2) from depot.k; alter statistics depot.k_all set statistics 300`,
    damage:
      'drop statistics depot.k_expr; create statistics depot.k_expr (mcv) on (a + b), upper(c) from depot.k; alter statistics depot.k_all set statistics -1',
    names: 'statistics depot.k_expr: definition',
  },
  {
    title: 'comments on objects of every kind',
    sql: `create table depot.c (id int primary key, n int check (n > 0)); create index c_n on depot.c (n); create view depot.cv as select * from depot.c; create type depot.ct as enum ('a'); create domain depot.cd as int constraint pos check (value > 0); create sequence depot.cs; create function depot.cf() returns int language sql as 'select 1';
      comment on schema depot is 'stores'; comment on column depot.c.n is E'two\\nlines'; comment on constraint c_n_check on depot.c is 'why'; comment on index depot.c_n is 'fast'; comment on view depot.cv is 'v'; comment on column depot.cv.n is 'vn'; comment on type depot.ct is 't'; comment on domain depot.cd is 'd'; comment on constraint pos on domain depot.cd is 'p'; comment on sequence depot.cs is 's'; comment on function depot.cf() is 'f'; comment on table depot.c is '--'`,
    damage: 'comment on index depot.c_n is null',
    names: 'index depot.c_n: comment',
    as: 'note',
  },
  {
    title: 'owners of schemas, types, views and sequences',
    sql: `create schema depot_b authorization ddl_keeper; create table depot_b.t (id int); create table depot_b.x (id serial); create table depot_b.y (id serial); create table depot_b.u (id int); create view depot_b.v as select * from depot_b.t; create type depot_b.e as enum ('a'); create sequence depot_b.s;
      alter view depot_b.v owner to ddl_keeper; alter type depot_b.e owner to ddl_keeper; alter sequence depot_b.s owner to ddl_keeper; alter table depot_b.u owner to ddl_keeper`,
    damage:
      'alter view depot_b.v owner to ddl_other; alter type depot_b.e owner to ddl_other; alter sequence depot_b.s owner to ddl_other',
    names: 'view depot_b.v: owner',
  },
  {
    title: 'foreign tables, their server and their wrapper',
    sql: `create foreign data wrapper ddl_fdw; create server ddl_srv foreign data wrapper ddl_fdw options (host 'x'); create foreign table depot.far (id int not null, note text options (n '1')) server ddl_srv options (t 'x'); create table depot.near (id int)`,
    damage: 'drop foreign table depot.far',
    names: 'foreign table depot.far',
    as: 'not compared',
  },
  {
    title: 'text search, operators and languages, which are named as not compared',
    sql: `create text search configuration depot.conf (copy = simple); create operator depot.@@@ (function = int4eq, leftarg = int, rightarg = int); create operator class depot.int_ops for type int using hash as operator 1 =; create access method ddl_am type table handler heap_tableam_handler`,
    damage: 'drop text search configuration depot.conf',
    names: 'text search configuration depot.conf',
    as: 'not compared',
  },
  {
    title: 'a view and a function of a schema that only some of them are in',
    sql: `create schema depot_x; create schema depot_y; create type depot_x.tag as enum ('a', 'b'); create table depot_y.t (tag depot_x.tag default 'a', n int default 1);
      create function depot_x.f(depot_x.tag) returns depot_y.t language sql stable as 'select * from depot_y.t where tag = $1'; create view depot_x.v as select (depot_x.f('a')).n, t.tag from depot_y.t; set search_path = depot_y, depot_x; create view w as select tag, f(tag) is null as b from t; reset search_path; insert into depot_y.t values ('b', 2)`,
    damage:
      'drop view depot_y.w; create or replace view depot_x.v as select (depot_x.f($$b$$)).n, t.tag from depot_y.t; alter table depot_y.t alter column tag set default $$b$$',
    names: 'view depot_x.v: definition',
    rows: 'select count(*) from depot_y.t',
  },
];
