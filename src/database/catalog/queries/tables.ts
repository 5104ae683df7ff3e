import { address, relations, sequenceClauses, usualSequenceClauses, yesOrNo } from '../fragments.ts';

/**
 * Columns as attributes and as the clause that creates them. The identity's sequence is part of its column.
 * From 18 on NOT NULL is a constraint that may be invalid; the constraint itself is left out, since
 * older servers have none.
 */
const columns = `
  fact as materialized (
    select r.schema, r.name as relation, a.attrelid, a.attnum, quote_ident(a.attname) as part, d.oid as default_oid,
           r.relispartition and not a.attislocal as inherited,
           format_type(a.atttypid, a.atttypmod)
             || coalesce((select format(' collate %I.%I', n.nspname, l.collname)
                          from pg_collation l join pg_namespace n on n.oid = l.collnamespace
                          where l.oid = a.attcollation and a.attcollation <> t.typcollation), '') as type,
           case when not a.attnotnull then 'no'
                when exists (select from pg_constraint k where k.conrelid = a.attrelid and k.contype = 'n'
                             and not k.convalidated and a.attnum = any (k.conkey)) then 'not validated'
                else 'yes' end as required,
           case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end as "default",
           case when a.attgenerated <> '' then format('(%s) %s', pg_get_expr(d.adbin, d.adrelid),
             case a.attgenerated when 's' then 'stored' else 'virtual' end) end as generated,
           case a.attidentity when 'a' then 'always' when 'd' then 'by default' end as identity,
           case when s.seqrelid is not null then ${sequenceClauses('s')} end as sequence,
           ${usualSequenceClauses('s')} as usual_sequence, s.seqrelid
    from relation r
    join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    left join pg_depend i on a.attidentity <> '' and i.refclassid = 'pg_class'::regclass
      and i.refobjid = a.attrelid and i.refobjsubid = a.attnum and i.deptype = 'i' and i.classid = 'pg_class'::regclass
    left join pg_sequence s on s.seqrelid = i.objid
    where r.kind = 'table'
  ),
  clause as (
    select f.*, concat_ws(' ', part, type, 'generated always as ' || generated,
             'generated ' || identity || ' as identity'
               || case when sequence <> usual_sequence then format(' (%s)', replace(sequence, ',', '')) else '' end,
             'default ' || "default", case when required <> 'no' then 'not null' end) as clause
    from fact f
  )`;

const parents = (flag: string) =>
  `(select string_agg(i.inhparent::regclass::text, ', ' order by i.inhseqno)
    from pg_inherits i where i.inhrelid = r.oid and ${flag})`;

/** Properties of a partition's columns that differ from those of its partitioned table. */
const own = `
  own as (
    select c.attrelid, jsonb_object_agg(x.key, coalesce(x.value, 'none')) as facts,
           string_agg(format(E';\\nalter table %s alter column %s %s', c.relation, c.part, x.sql), '' order by c.attnum) as sql
    from fact c join pg_inherits i on i.inhrelid = c.attrelid
    join fact p on p.attrelid = i.inhparent and p.part = c.part, lateral (values
      (format('column %s default', c.part), c."default", p."default",
        case when c."default" is null then 'drop default' else 'set default ' || c."default" end),
      (format('column %s not null', c.part), c.required, p.required,
        case c.required when 'no' then 'drop not null' else 'set not null' end)) x (key, value, usual, sql)
    where c.inherited and x.value is distinct from x.usual and c.generated is null and c.identity is null
    group by c.attrelid
  )`;

/** Triggers that a partition inherits from its partitioned table, but that are enabled or disabled differently. */
const copied = `
  copied as (
    select t.tgrelid as oid, jsonb_object_agg('trigger ' || quote_ident(t.tgname),
             case t.tgenabled when 'O' then 'yes' when 'D' then 'no' when 'R' then 'replica' else 'always' end) as facts
    from pg_trigger t join pg_trigger p on p.oid = t.tgparentid
    where t.tgenabled <> p.tgenabled and not t.tgisinternal group by t.tgrelid
  )`;

const chosen = `
  chosen as (
    select r.oid, case r.relreplident when 'f' then 'full' when 'n' then 'nothing' when 'i' then 'using index '
             || (select quote_ident(c.relname) from pg_index i join pg_class c on c.oid = i.indexrelid
                 where i.indrelid = r.oid and i.indisreplident) end as identity,
           (select quote_ident(c.relname) from pg_index i join pg_class c on c.oid = i.indexrelid
            where i.indrelid = r.oid and i.indisclustered) as clustered
    from relation r where r.kind = 'table'
  )`;

/** Tables, followed by their columns, in one statement: a table's definition contains the clauses of its columns. */
export const tables = `${relations}, ${columns},
  ${own}, ${copied}, ${chosen},
  body as (
    select attrelid, string_agg(E'\\n  ' || clause, ',' order by attnum) filter (where not inherited) || E'\\n' as body
    from clause group by attrelid
  )
  select 'table' as kind, r.name, r.schema, null as parent, quote_ident(r.relname) as part,
         jsonb_build_object(
           'persistence', case r.relpersistence when 'u' then 'unlogged' else 'logged' end,
           'partitioned', pg_get_partkeydef(r.oid),
           'partition of', ${parents('r.relispartition')} || ' ' || pg_get_expr(r.relpartbound, r.oid),
           'inherits', ${parents('not r.relispartition')},
           'row security', ${yesOrNo('r.relrowsecurity')}, 'row security forced', ${yesOrNo('r.relforcerowsecurity')}
         ) || jsonb_strip_nulls(jsonb_build_object(
           'of type', nullif(r.reloftype, 0)::regtype::text, 'options', array_to_string(r.reloptions, ', '),
           'access method', (select nullif(m.amname, 'heap') from pg_am m where m.oid = r.relam),
           'replica identity', e.identity, 'clustered on', e.clustered
         )) || coalesce(o.facts, '{}') || coalesce(g.facts, '{}') as attributes,
         concat_ws(' ', case when r.relpersistence = 'u' then 'create unlogged table' else 'create table' end, r.name,
           case when r.relispartition then 'partition of ' || ${parents('true')} || ' ' || pg_get_expr(r.relpartbound, r.oid)
                else '(' || coalesce(b.body, '') || ')' end,
           'inherits (' || ${parents('not r.relispartition')} || ')',
           'partition by ' || pg_get_partkeydef(r.oid),
           'using ' || (select nullif(quote_ident(m.amname), 'heap') from pg_am m where m.oid = r.relam),
           'with (' || array_to_string(r.reloptions, ', ') || ')')
         || coalesce(format(E';\\nalter table %s of ', r.name) || nullif(r.reloftype, 0)::regtype, '')
         || coalesce(o.sql, '')
         || case when r.relrowsecurity then format(E';\\nalter table %s enable row level security', r.name) else '' end
         || case when r.relforcerowsecurity then format(E';\\nalter table %s force row level security', r.name) else '' end
           as definition,
         jsonb_build_array(${address('pg_class', 'r.oid')}, ${address('pg_type', 'r.reltype')}) as addresses,
         array[r.oid::bigint, 0] as place
  from relation r left join body b on b.attrelid = r.oid left join own o on o.attrelid = r.oid
  left join copied g on g.oid = r.oid left join chosen e on e.oid = r.oid where r.kind = 'table'
  union all
  select 'column', relation || '.' || part, schema, 'table ' || relation, part,
         jsonb_build_object('type', type, 'not null', required, 'default', "default", 'generated', generated,
                            'identity', identity, 'sequence', sequence),
         format('alter table %s add column %s', relation, clause),
         to_jsonb(array_remove(array[${address('pg_class', 'attrelid', 'attnum')}, ${address('pg_attrdef', 'default_oid')},
                                     ${address('pg_class', 'seqrelid')}], null)),
         array[attrelid, attnum]
  from clause where not inherited
  order by kind desc, place`;
