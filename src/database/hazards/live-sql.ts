import type { Mentioned } from './mentioned.ts';

/** Texts as an SQL list; never empty, since IN () is an error. */
const list = (texts: ReadonlySet<string>) =>
  texts.size === 0 ? 'null' : [...texts].map((text) => `'${text.replaceAll("'", "''")}'`).join(', ');

const visible = "n.nspname !~ '^pg_(catalog|toast|temp)' and n.nspname <> 'information_schema'";

/**
 * Relations with a mentioned name, in a mentioned schema, or with a column of a mentioned type; the tables of such
 * indexes, what their foreign keys reference, and DEFAULT partitions.
 * A size function would wait for another session's ACCESS EXCLUSIVE lock, and so would pg_partition_tree.
 */
export const relationsSql = ({ relations, types, schemas }: Mentioned) => `
with recursive named as (
  select c.oid from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where ${visible} and (c.relname in (${list(relations)})
      or (n.nspname in (${list(schemas)}) and c.relkind in ('r', 'p', 'm'))
      or (c.relkind in ('r', 'p', 'm') and exists (
           select from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid
             join pg_catalog.pg_type u on u.oid in (t.oid, t.typelem, t.typbasetype)
            where a.attrelid = c.oid and not a.attisdropped and u.typname in (${list(types)})
              and u.typnamespace <> 'pg_catalog'::regnamespace)))
), wanted as (
  select oid from named
  union select i.indrelid from pg_catalog.pg_index i join named on named.oid = i.indexrelid
  union select k.confrelid from pg_catalog.pg_constraint k join named on named.oid = k.conrelid where k.contype = 'f'
  union select p.partdefid from pg_catalog.pg_partitioned_table p join named on named.oid = p.partrelid where p.partdefid <> 0
), tree(root, relid) as (
  select oid, oid from wanted
  union select t.root, h.inhrelid from tree t join pg_catalog.pg_inherits h on h.inhparent = t.relid
), parts as (
  select t.root, t.relid, m.relkind, m.reltuples, exists (
           select from pg_catalog.pg_locks l where l.relation = m.oid and l.mode = 'AccessExclusiveLock'
              and l.pid is distinct from pg_backend_pid()
              and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())) as locked,
         (m.relpages + coalesce((select sum(x.relpages) from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid
                                  where i.indrelid = m.oid), 0)
                     + coalesce((select x.relpages from pg_catalog.pg_class x where x.oid = m.reltoastrelid), 0)
         )::bigint * current_setting('block_size')::bigint as estimate
    from tree t join pg_catalog.pg_class m on m.oid = t.relid
), sizes as (
  select root, jsonb_agg(relid::bigint) as members,
         case when bool_or(reltuples < 0 and relkind in ('r', 'm')) then null
              else sum(reltuples) filter (where relkind in ('r', 'm')) end as rows,
         sum(case when relkind not in ('r', 'm', 'i') then 0 when locked then estimate
                  else pg_catalog.pg_total_relation_size(relid) end) as bytes,
         bool_and(case when relkind not in ('r', 'm') then true when locked then false
                       else pg_catalog.pg_relation_size(relid) = 0 end) as empty
    from parts group by root
)
select c.oid::bigint as oid, n.nspname as schema, c.relname as name, c.relkind::text as kind,
       c.relpersistence::text as persistence, s.members, s.rows, s.bytes, s.empty,
       coalesce((select jsonb_object_agg(a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)) from pg_catalog.pg_attribute a
                  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '{}') as columns,
       coalesce((select jsonb_agg(pg_catalog.pg_get_constraintdef(k.oid)) from pg_catalog.pg_constraint k
                  where k.conrelid = c.oid and k.contype = 'c' and k.convalidated), '[]') as checks,
       coalesce((select jsonb_object_agg(k.conname, k.confrelid::bigint) from pg_catalog.pg_constraint k
                  where k.conrelid = c.oid and k.contype = 'f'), '{}') as keys,
       (select i.indrelid::bigint from pg_catalog.pg_index i where i.indexrelid = c.oid) as table,
       exists (select from pg_catalog.pg_index i join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
                where i.indexrelid = c.oid and not a.attnotnull) as nullable,
       (select nullif(p.partdefid, 0)::bigint from pg_catalog.pg_partitioned_table p where p.partrelid = c.oid) as default_partition,
       coalesce((select jsonb_agg(distinct un.nspname || '.' || u.typname)
                   from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid
                   join pg_catalog.pg_type u on u.oid in (t.oid, t.typelem, t.typbasetype)
                   join pg_catalog.pg_namespace un on un.oid = u.typnamespace
                  where a.attrelid = c.oid and not a.attisdropped and un.nspname <> 'pg_catalog'), '[]') as types
  from wanted w join pg_catalog.pg_class c on c.oid = w.oid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join sizes s on s.root = c.oid
 order by n.nspname, c.relname`;

export const typesSql = ({ types }: Mentioned) => `
select n.nspname as schema, t.typname as name, pg_catalog.format_type(t.oid, null) as shown, t.typtype::text as kind,
       t.typtype = 'd' and (t.typnotnull or exists (
         select from pg_catalog.pg_constraint k where k.contypid = t.oid)) as constrained
  from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
 where t.typname in (${list(types)})`;

export const volatileSql = ({ functions }: Mentioned) => `
select distinct p.proname as name from pg_catalog.pg_proc p
 where p.provolatile = 'v' and p.proname in (${list(functions)})`;

/** Locks on relations of this database. A prepared transaction holds its locks without a process. */
export const locksSql = `
select l.relation::bigint as relation, l.mode, l.pid, coalesce(a.application_name, '') as application,
       case when l.pid is null then 'prepared transaction' else coalesce(a.state, '') end as state,
       extract(epoch from clock_timestamp() - a.xact_start)::float8 as seconds
  from pg_catalog.pg_locks l left join pg_catalog.pg_stat_activity a on a.pid = l.pid
  join pg_catalog.pg_class c on c.oid = l.relation
 where l.locktype = 'relation' and l.granted and l.pid is distinct from pg_backend_pid()
   and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
   and c.oid >= 16384
 order by a.xact_start, l.pid`;

export const sessionSql = `
select to_jsonb(current_schemas(false)) as path,
       current_setting('TimeZone') in ('UTC', 'Etc/UTC', 'GMT', 'Etc/GMT', 'UCT', 'Etc/UCT', 'Zulu', 'Etc/Zulu') as utc,
       (select coalesce(jsonb_agg(pg_catalog.format_type(castsource, null) || '>' || pg_catalog.format_type(casttarget, null)), '[]')
          from pg_catalog.pg_cast where castmethod = 'b') as binary`;
