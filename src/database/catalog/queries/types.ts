import { address, inScope, ofNoExtension } from '../fragments.ts';

const type = (oid: string, modifier = 'null') => `format_type(${oid}, ${modifier})`;
const collation = (oid: string) =>
  `(select format('%I.%I', m.nspname, l.collname) from pg_collation l join pg_namespace m on m.oid = l.collnamespace
    where l.oid = ${oid})`;
/** A name as CREATE TYPE … AS RANGE reads it; null for none. */
const program = (oid: string) => `nullif(${oid}, 0)::regproc::text`;

const range = `
  select g.rngtypid as oid, concat_ws(', ', 'subtype = ' || ${type('g.rngsubtype')},
           'subtype_opclass = ' || (select format('%I.%I', m.nspname, o.opcname) from pg_opclass o
             join pg_namespace m on m.oid = o.opcnamespace where o.oid = g.rngsubopc and not o.opcdefault),
           'collation = ' || ${collation('nullif(g.rngcollation, (select typcollation from pg_type where oid = g.rngsubtype))')},
           'canonical = ' || ${program('g.rngcanonical::oid')}, 'subtype_diff = ' || ${program('g.rngsubdiff::oid')},
           'multirange_type_name = ' || ${type('g.rngmultitypid')}) as text
  from pg_range g`;

/** Attributes of a composite type in their order. */
const composite = `
  select a.attrelid as oid, string_agg(format('%I %s', a.attname, c.text), ', ' order by a.attnum) as text,
         jsonb_object_agg('attribute ' || quote_ident(a.attname), c.text) as facts,
         jsonb_agg(${address('pg_class', 'a.attrelid', 'a.attnum')}) as addresses
  from pg_attribute a join pg_type t on t.oid = a.atttypid, lateral (
    select ${type('a.atttypid', 'a.atttypmod')} || coalesce(' collate '
      || ${collation('nullif(a.attcollation, t.typcollation)')}, '') as text) c
  where a.attnum > 0 and not a.attisdropped group by a.attrelid`;

/** Enumerated, composite and range types, base types by their name, and domains. */
export const types = `
  with kept as (
    select t.*, format('%I.%I', n.nspname, t.typname) as name, n.nspname as schema
    from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
    where (t.typtype in ('e', 'd', 'r', 'p') or (t.typtype = 'c' and c.relkind = 'c')
           or (t.typtype = 'b' and t.typsubscript <> 'array_subscript_handler'::regproc))
      and ${inScope('n')} and ${ofNoExtension('pg_type', 't.oid')}
  ),
  shown as (
    select k.*, ${type('k.typbasetype', 'k.typtypmod')}
             || coalesce(' collate ' || case when k.typtype = 'd' then ${collation('nullif(k.typcollation, (select b.typcollation from pg_type b where b.oid = k.typbasetype))')} end, '') as base,
           (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder)
            from pg_enum e where e.enumtypid = k.oid) as labels,
           coalesce((select jsonb_object_agg('check ' || quote_ident(c.conname), pg_get_constraintdef(c.oid))
                     from pg_constraint c where c.contypid = k.oid and c.contype = 'c'), '{}') as checks,
           g.text as range, m.text as members, m.facts, m.addresses as places
    from kept k left join (${range}) g on g.oid = k.oid left join (${composite}) m on m.oid = k.typrelid
  )
  select case typtype when 'd' then 'domain' else 'type' end as kind, name, schema, quote_ident(typname) as part,
         case typtype when 'e' then jsonb_build_object('labels', coalesce(labels, ''))
           when 'r' then jsonb_build_object('range', range)
           when 'c' then jsonb_build_object('form', 'composite') || coalesce(facts, '{}')
           when 'd' then jsonb_build_object('type', base, 'not null', case when typnotnull then 'yes' else 'no' end,
                                   'default', typdefault) || checks
           else jsonb_build_object('form', case when typisdefined then 'base' else 'shell' end) end as attributes,
         case typtype when 'e' then format('create type %s as enum (%s)', name, labels)
           when 'r' then format('create type %s as range (%s)', name, range)
           when 'c' then format('create type %s as (%s)', name, members)
           when 'd' then concat_ws(' ', 'create domain', name, 'as', base, 'default ' || typdefault,
                          case when typnotnull then 'not null' end,
                          (select string_agg(format('constraint %s %s', substr(c.key, 7), c.value #>> '{}'), ' ' order by c.key)
                           from jsonb_each(checks) c))
           else case when typisdefined then '-- base type ' || name || ': create it by hand' else 'create type ' || name end
           end as definition,
         jsonb_build_array(${address('pg_type', 'oid')}, ${address('pg_type', 'typarray')})
         || case when typtype = 'c' then jsonb_build_array(${address('pg_class', 'typrelid')}) || coalesce(places, '[]') else '[]' end
           as addresses
  from shown order by oid`;
