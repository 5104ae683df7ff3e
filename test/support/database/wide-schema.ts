/**
 * One object of every kind in a catalog, in a schema `shop`, with names that need quotes and dependencies against the
 * usual order. It covers what the bundled migrations do not use.
 */
export const wideSchema = `
create schema shop;
create role erp_clerk login noinherit connection limit 5 valid until '2031-05-06 00:00:00+00';
alter role erp_clerk set search_path to shop, public;
alter role erp_clerk set statement_timeout = '7s';
create role erp_viewer;
grant erp_viewer to erp_clerk;

create type shop.mood as enum ('glad', 'it''s so-so', 'sad');
create domain shop.price as numeric(10,2) default 0 not null constraint price_check check (value >= 0);
create sequence shop.invoice_no as integer increment by 10 start with 1000 cycle;

create collation shop.plain (provider = libc, locale = 'C');
create type shop.size as (width integer, label text collate "C");
create type shop.span as range (subtype = float8);
create function shop.size_text(shop.size) returns text language sql immutable as 'select $1.label';
create cast (shop.size as text) with function shop.size_text(shop.size);
create aggregate shop.join_all(text) (sfunc = textcat, stype = text, initcond = '');

create function shop.tax(amount shop.price, rate numeric default 0.19) returns numeric
  language sql immutable as 'select amount * rate';
create function shop.stamp() returns trigger language plpgsql as 'begin return new; end';
create procedure shop.tidy(inout days integer) language plpgsql as 'begin days := days + 1; end';

create table shop."Order" (
  id serial primary key,
  number integer not null default nextval('shop.invoice_no'),
  "when" timestamptz not null default '2020-01-01 12:00:00+00',
  mood shop.mood not null default 'glad',
  moods shop.mood[],
  net shop.price,
  tax numeric generated always as (shop.tax(net)) stored,
  code text collate "C",
  note varchar(20) default 'it''s; a -- note',
  span tsrange,
  constraint "Order_note check" check (note <> ''),
  constraint code_key unique nulls not distinct (code) deferrable initially deferred,
  constraint no_overlap exclude using gist (span with &&)
);
create table shop.line (
  order_id integer not null references shop."Order" on update cascade on delete cascade deferrable,
  position smallint not null,
  amount shop.price default shop.tax(100),
  parent_order integer, parent_position smallint,
  primary key (order_id, position),
  constraint parent_fkey foreign key (parent_order, parent_position) references shop.line (order_id, position) match full
);
create index line_amount_idx on shop.line (amount desc nulls last) include (position) where amount > 10;
create index line_tax_idx on shop.line (shop.tax(amount));
create unlogged table shop.cache (key text primary key, value jsonb);

create table shop.event (at date not null, kind text not null, primary key (at, kind)) partition by range (at);
create table shop.event_2026 partition of shop.event for values from ('2026-01-01') to ('2027-01-01');
create index event_kind_idx on shop.event (kind);
create table shop.base (a integer);
create table shop.derived (b integer) inherits (shop.base);

create view shop.open_order with (security_barrier = true) as
  select o.id, o.number, count(l.position) as lines from shop."Order" o left join shop.line l on l.order_id = o.id group by o.id;
create view shop.busy_order as select id from shop.open_order where lines > 3;
create materialized view shop.totals as select order_id, sum(amount) as total from shop.line group by order_id;
create unique index totals_order_idx on shop.totals (order_id);
create function shop.orders() returns setof shop."Order" language sql stable as 'select * from shop."Order"';
create function shop.lines() returns bigint stable begin atomic select count(*) from shop.line; end;

create trigger stamp_when before update of "when" on shop."Order" for each row when (old.number is distinct from new.number)
  execute function shop.stamp();
create trigger no_insert instead of insert on shop.open_order for each row execute function shop.stamp();
create trigger sleeper after insert on shop.line for each statement execute function shop.stamp();
alter table shop.line disable trigger sleeper;
create trigger replayed after delete on shop.line for each row execute function shop.stamp();
alter table shop.line enable always trigger replayed;
create rule keep as on delete to shop.cache where old.key = 'kept' do instead nothing;

create statistics shop.line_stat (dependencies) on order_id, position from shop.line;
create function shop.note_ddl() returns event_trigger language plpgsql as 'begin end';
create event trigger shop_ddl on ddl_command_end when tag in ('CREATE TABLE') execute function shop.note_ddl();
create publication shop_feed for all tables with (publish = 'insert');
comment on table shop.line is 'it''s one line';
alter table shop.cache owner to erp_viewer;

alter table shop.line enable row level security;
alter table shop.line force row level security;
create policy own_lines on shop.line as restrictive for update to erp_clerk, erp_viewer using (amount < 100) with check (amount < 50);

grant usage on schema shop to erp_clerk, public;
grant select on shop."Order" to erp_viewer with grant option;
grant insert, update on shop."Order" to erp_viewer;
grant update (note, "when") on shop."Order" to erp_clerk;
grant usage on sequence shop.invoice_no to erp_clerk;
grant select on shop.open_order to public;
revoke execute on function shop.tax(shop.price, numeric) from public;
grant execute on function shop.tax(shop.price, numeric) to erp_clerk;
revoke execute on procedure shop.tidy(integer) from public;
revoke usage on type shop.mood from public;
grant usage on type shop.mood to erp_viewer, erp_clerk;
alter default privileges in schema shop grant usage on sequences to erp_clerk with grant option;
`;
