import type { DdlCase } from '../ddl-case.ts';

/** Views, rules, functions, procedures and triggers. */
export const programCases: readonly DdlCase[] = [
  {
    title: 'a rule with several actions and one with a condition',
    sql: `create table depot.t (id int, note text); create table depot.log (id int, what text, at timestamptz default now());
      create rule twice as on update to depot.t where new.note <> old.note do also (insert into depot.log (id, what) values (old.id, 'was ' || old.note); insert into depot.log (id, what) values (new.id, 'is ' || new.note); select 1);
      create rule never as on delete to depot.t where old.id < 0 do instead nothing; insert into depot.t values (1, 'a')`,
    damage: `create or replace rule twice as on update to depot.t where new.note <> old.note do also (insert into depot.log (id, what) values (old.id, 'was ' || old.note); select 1); drop rule never on depot.t`,
    names: 'rule twice on depot.t: definition',
    rows: 'select count(*) from depot.t',
  },
  {
    title: 'rules on a view that insert, update and delete',
    sql: `create table depot.real (id int primary key, name text, hidden bool default false); create view depot.shown as select id, name from depot.real where not hidden;
      create rule ins as on insert to depot.shown do instead insert into depot.real (id, name) values (new.id, coalesce(new.name, 'none')) returning id, name;
      create rule upd as on update to depot.shown do instead update depot.real set name = new.name where id = old.id; create rule del as on delete to depot.shown do instead update depot.real r set hidden = true where r.id = old.id`,
    damage: `create or replace rule upd as on update to depot.shown do instead update depot.real set name = old.name where id = old.id; drop rule del on depot.shown`,
    names: 'rule upd on depot.shown: definition',
  },
  {
    title: 'views with security_barrier, security_invoker and check options',
    sql: `create table depot.acc (id int, owner text default current_user, sum int); create view depot.mine with (security_barrier, security_invoker = true) as select * from depot.acc where owner = current_user with local check option;
      create view depot.rich with (security_barrier = false) as select id, sum from depot.mine where sum > 1000 with cascaded check option; alter view depot.rich alter column sum set default 2000`,
    damage:
      'alter view depot.mine reset (security_invoker); alter view depot.rich alter column sum drop default',
    names: 'view depot.mine: options',
  },
  {
    title: 'views on views with every kind of query',
    sql: `create table depot.e (id int primary key, boss int, name text, pay numeric, at timestamptz);
      create view depot.tree as with recursive t (id, path, depth) as (select id, array[id], 1 from depot.e where boss is null union all select e.id, t.path || e.id, t.depth + 1 from depot.e join t on e.boss = t.id)
        search depth first by id set ord cycle id set looped using trail select id, path, depth, looped from t;
      create view depot.stats as select date_trunc('month', at at time zone 'UTC') as m, count(*) filter (where pay > 1), percentile_cont(0.5) within group (order by pay) as med, grouping(boss), string_agg(distinct name, ', ' order by name) from depot.e group by grouping sets ((date_trunc('month', at at time zone 'UTC'), boss), ()) having count(*) > 1;
      create view depot.win as select id, rank() over w, lag(pay, 1, 0::numeric) over (w rows between 1 preceding and current row exclude ties) from depot.e window w as (partition by boss order by pay desc nulls last);
      create view depot.lat as select e.id, x.n, y.* from depot.e cross join lateral (select count(*) n from depot.e i where i.boss = e.id) x left join lateral unnest(array[1, 2], array['a', 'b']) with ordinality y (num, let, ord) on true where exists (select from depot.win where win.id = e.id) and e.name similar to 'a%' and (e.id, e.boss) in (select 1, 2) order by e.id fetch first 3 rows with ties`,
    damage: `drop view depot.lat; create or replace view depot.win as select id, rank() over w, lag(pay, 1, 0::numeric) over (w rows between 2 preceding and current row exclude ties) from depot.e window w as (partition by boss order by pay desc nulls last)`,
    names: 'view depot.win: definition',
  },
  {
    title: 'views with sets, samples, xml, json, casts and special functions',
    sql: `create table depot.s (id int, doc jsonb, name text, at timestamptz, ip inet, x xml);
      create view depot.sets as (select id from depot.s except all select 1) intersect (values (1), (2)) union select id from only depot.s tablesample system (10) repeatable (3) order by 1;
      create view depot.funcs as select extract(epoch from at) as ep, substring(name from 2 for 3) as sub, position('a' in name) as pos, overlay(name placing 'x' from 1) as o, trim(leading '0' from name) as t, normalize(name, nfkc) as nf, name is normalized as isn, (at, at) overlaps (at, interval '1 day') as ov, coalesce(nullif(name, ''), 'none') as c, greatest(id, 2) as g, doc @? '$.a[*] ? (@.b > 1)' as jp, doc -> 'a' ->> 0 as j, at at time zone 'Europe/Berlin' as b, current_date - 1 as d, row(id, name)::text as r, array[[id, 1], [2, 3]] as ar, name collate "C" < 'b' as cl, id::bit(8)::text::varchar(3) as ca, localtimestamp(2) as lt, xmlelement(name foo, xmlattributes(id as bar), name) as xe, cast(name as char(3)) as ch, '1 day 02:00'::interval hour as iv from depot.s;
      create view depot.vals (a, b) as values (1, 'x'::text), (2, null)`,
    damage: `drop view depot.vals; create or replace view depot.sets as (select id from depot.s except select 1) intersect (values (1), (2)) union select id from only depot.s tablesample system (10) repeatable (3) order by 1`,
    names: 'view depot.sets: definition',
  },
  {
    title: 'functions with settings, costs, parallel and leakproof',
    sql: `create function depot.f(a int, b text default 'x', variadic c int[] default '{}') returns table (n int, t text) language sql stable leakproof parallel restricted cost 7 rows 3 set search_path = depot, pg_temp set work_mem = '8MB' set timezone to 'Europe/Paris' as $$select a, b$$;
      create function depot.g(inout x int, out y text) language plpgsql immutable strict parallel safe security definer set "datestyle" to 'ISO, DMY' as $$begin y := 'y'; end$$`,
    damage:
      'alter function depot.f(int, text, int[]) reset work_mem; alter function depot.g(int) not leakproof volatile called on null input security invoker',
    names: 'function depot.g(',
  },
  {
    title: 'procedures with OUT and INOUT, in SQL and PL/pgSQL, overloaded',
    sql: `create table depot.acct (id int, sum int); create procedure depot.move(a int, out c text, inout b int default 0) language plpgsql as $$begin c := a; commit; end$$;
      create procedure depot.move(a text) begin atomic insert into depot.acct values (1, length(a)) on conflict do nothing; update depot.acct a2 set sum = a2.sum + 1 from depot.acct o where o.id = a2.id returning a2.id; end;
      create procedure depot.tidy() language sql set statement_timeout = '5s' as 'delete from depot.acct'`,
    damage: 'drop procedure depot.move(text); alter procedure depot.tidy() security definer',
    names: 'procedure depot.move(',
  },
  {
    title: 'functions in standard SQL with merge, insert … returning, casts and CTE',
    sql: `create table depot.w (id int primary key, n int default 0);
      create function depot.up(k int) returns setof depot.w begin atomic
        with gone as (delete from depot.w where id < 0 returning *) insert into depot.w as t (id, n) select g.id, g.n from gone g on conflict (id) do update set n = excluded.n + t.n where t.n < 10;
        merge into depot.w as t using (values (k, 1)) v (a, b) on t.id = v.a when matched and t.n > 5 then delete when matched then update set n = v.b when not matched then insert values (v.a, v.b);
        select * from depot.w order by id limit 5 offset 1 rows; end;
      create function depot.half(int) returns numeric return $1 / 2.0`,
    damage: 'create or replace function depot.half(int) returns numeric return $1 / 4.0',
    names: 'function depot.half(integer): definition',
  },
  {
    title: 'triggers with transition tables, conditions, columns and arguments',
    sql: `create table depot.p (id int, a text, b text); create function depot.tr() returns trigger language plpgsql as $$begin return null; end$$;
      create trigger many after update on depot.p referencing old table as before new table as "After" for each statement execute function depot.tr('x', 'it''s', '\\');
      create trigger few before update of a, b on depot.p for each row when (old.a is distinct from new.a and new.b like 'x%') execute function depot.tr();
      create trigger cut before truncate on depot.p execute function depot.tr(); create view depot.pv as select * from depot.p; create trigger inst instead of insert or delete on depot.pv for each row execute function depot.tr();
      alter table depot.p enable always trigger cut; alter table depot.p disable trigger few; insert into depot.p values (1)`,
    damage:
      'alter table depot.p enable trigger few; drop trigger many on depot.p; drop trigger inst on depot.pv',
    names: 'trigger many on depot.p: missing',
    rows: 'select count(*) from depot.p',
  },
  {
    title: 'constraint triggers, deferred and from another table',
    sql: `create table depot.one (id int); create table depot.two (id int); create function depot.chk() returns trigger language plpgsql as $$begin return null; end$$;
      create constraint trigger later after insert or update of id on depot.one from depot.two deferrable initially deferred for each row when (new.id > 0) execute function depot.chk();
      create constraint trigger now after delete on depot.one not deferrable for each row execute function depot.chk()`,
    damage:
      'drop trigger later on depot.one; create constraint trigger later after insert or update of id on depot.one from depot.two deferrable initially immediate for each row when (new.id > 0) execute function depot.chk()',
    names: 'trigger later on depot.one: definition',
  },
  {
    title: 'triggers on a partitioned table and on one partition of two levels',
    sql: `create table depot.q (id int, at int) partition by range (at); create table depot.q_a partition of depot.q for values from (0) to (9) partition by list (id); create table depot.q_a1 partition of depot.q_a for values in (1);
      create function depot.qt() returns trigger language plpgsql as $$begin return new; end$$;
      create trigger all_rows before insert on depot.q for each row execute function depot.qt(); create trigger leaf_only after update on depot.q_a1 for each row execute function depot.qt();
      alter table depot.q_a1 enable replica trigger all_rows; insert into depot.q values (1, 1)`,
    damage: 'alter table depot.q_a1 enable trigger all_rows; drop trigger leaf_only on depot.q_a1',
    names: 'table depot.q_a1: trigger all_rows',
    rows: 'select count(*) from depot.q',
  },
  {
    title: 'event triggers with tags, and one that always fires',
    sql: `create function depot.ev() returns event_trigger language plpgsql as 'begin end';
      create event trigger ddl_drop on sql_drop when tag in ('DROP TABLE', 'DROP VIEW') execute function depot.ev(); create event trigger ddl_end on ddl_command_end execute function depot.ev(); alter event trigger ddl_end enable always`,
    damage: 'alter event trigger ddl_end enable; drop event trigger ddl_drop',
    names: 'event trigger ddl_drop: missing',
  },
  {
    title: 'materialized views that depend on each other, with indexes and comments',
    sql: `create table depot.raw (id int, v int); insert into depot.raw values (1, 2); create materialized view depot.m1 as select id, sum(v) s from depot.raw group by id; create materialized view depot.m2 as select max(s) from depot.m1;
      create unique index m1_id on depot.m1 (id); comment on materialized view depot.m1 is 'sums'; comment on column depot.m1.s is 'sum'; create view depot.over as select * from depot.m2`,
    damage:
      'drop materialized view depot.m1 cascade; create materialized view depot.m1 as select id, min(v)::bigint s from depot.raw group by id',
    names: 'materialized view depot.m1: definition',
    rows: 'select count(*) from depot.raw',
  },
  {
    title: 'a function that others use in defaults, checks, indexes, views and generated columns',
    sql: `create function depot.norm(t text, n int default 2) returns text language plpgsql immutable as $$begin return left(lower(t), n); end$$;
      create table depot.u (a text default depot.norm('ABC'), b text generated always as (depot.norm(a, 3)) stored, check (depot.norm(a) <> 'zz')); create index u_norm on depot.u (depot.norm(a)); create view depot.uv as select depot.norm(a) from depot.u; insert into depot.u values (default)`,
    damage:
      'create or replace function depot.norm(t text, n int default 4) returns text language plpgsql immutable as $$begin return left(upper(t), n); end$$',
    names: 'function depot.norm(text, integer): definition',
    rows: 'select count(b) from depot.u',
  },
];
