import { address, inScope } from '../fragments.ts';

/** The role that owns most relations, which is the migrations' role. Its name differs between servers. */
export const usualOwner = `(select o.relowner from (
    select c.relowner, count(*) as owned from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'S') and ${inScope('n')} group by c.relowner) o
  order by o.owned desc, o.relowner limit 1)`;

/** Whether the database has settings of its own. A plain dump does not contain them. */
export const hasSettings = `exists (select from pg_db_role_setting s where s.setdatabase =
  (select d.oid from pg_database d where d.datname = current_database()))`;

/** Owners of objects in schemas, and of those that belong to the database. */
const owners = `
  select 'pg_class'::regclass::oid as class, c.oid, c.relowner as owner from pg_class c
  where c.relkind in ('r', 'p', 'v', 'm') or (c.relkind = 'S' and not exists (
    select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')
      and d.refclassid = 'pg_class'::regclass))
  union all select 'pg_proc'::regclass, p.oid, p.proowner from pg_proc p
  union all select 'pg_type'::regclass, t.oid, t.typowner from pg_type t where t.typtype in ('e', 'd', 'r', 'c')
  union all select 'pg_collation'::regclass, l.oid, l.collowner from pg_collation l
  union all select 'pg_statistic_ext'::regclass, s.oid, s.stxowner from pg_statistic_ext s
  union all select 'pg_event_trigger'::regclass, e.oid, e.evtowner from pg_event_trigger e
  union all select 'pg_publication'::regclass, b.oid, b.pubowner from pg_publication b`;

/** Attributes that objects of many kinds have: the owner, if it is not the usual one, and the comment. */
export const details = `
  with usual as materialized (select ${usualOwner} as owner)
  select o.class || '/' || o.oid || '/0' as object, 'owner' as name, o.owner::regrole::text as value
  from (${owners}) o, usual u where o.oid >= 16384 and o.owner <> u.owner
  union all
  select d.classoid || '/' || d.objoid || '/' || d.objsubid, 'comment', d.description
  from pg_description d where d.objoid >= 16384 and d.classoid <> 'pg_extension'::regclass
  union all
  select ${address('pg_class', 'a.attrelid', 'a.attnum')}, x.name, x.value
  from pg_attribute a join pg_type t on t.oid = a.atttypid join pg_class c on c.oid = a.attrelid, lateral (values
    ('storage', case a.attstorage when t.typstorage then null when 'p' then 'plain' when 'e' then 'external'
                when 'm' then 'main' else 'extended' end),
    ('compression', case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end),
    ('statistics', nullif(coalesce(a.attstattarget, -1), -1)::text),
    ('options', (select string_agg(o, ', ' order by o) from unnest(a.attoptions) o where o ~ '^n_distinct'))) x (name, value)
  where a.attrelid >= 16384 and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p') and x.value is not null
  order by object, name`;
