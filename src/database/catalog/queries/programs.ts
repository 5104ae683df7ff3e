import { address, inScope, ofNoExtension, relations, sequenceClauses } from '../fragments.ts';

/** Functions and procedures. The signature stands apart: CREATE OR REPLACE cannot change it. */
export const functions = `
  select case p.prokind when 'p' then 'procedure' else 'function' end as kind,
         format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)) as name, n.nspname as schema,
         quote_ident(p.proname) as part,
         jsonb_build_object(
           'signature', concat_ws(' returns ', format('(%s)', pg_get_function_arguments(p.oid)), pg_get_function_result(p.oid)),
           'definition', substr(d.text, strpos(d.text, E'\\n LANGUAGE ') + 2)) as attributes,
         rtrim(d.text, E'\\n') as definition, jsonb_build_array(${address('pg_proc', 'p.oid')}) as addresses
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace, pg_get_functiondef(p.oid) d (text)
  where p.prokind in ('f', 'p', 'w') and ${inScope('n')} and ${ofNoExtension('pg_proc', 'p.oid')} order by p.oid`;

export const views = `${relations}
  select r.kind, r.name, r.schema, quote_ident(r.relname) as part,
         jsonb_build_object('definition', d.text, 'options', array_to_string(r.reloptions, ', ')) as attributes,
         concat_ws(' ', 'create', r.kind, r.name, 'with (' || array_to_string(r.reloptions, ', ') || ')',
                   E'as\\n' || d.text) as definition,
         jsonb_build_array(${address('pg_class', 'r.oid')}, ${address('pg_type', 'r.reltype')})
         || coalesce((select jsonb_agg(${address('pg_rewrite', 'w.oid')}) from pg_rewrite w
                      where w.ev_class = r.oid and w.rulename = '_RETURN'), '[]') as addresses
  from relation r, rtrim(pg_get_viewdef(r.oid), ';') d (text)
  where r.kind in ('view', 'materialized view') order by r.oid`;

/** Sequences that are not an identity column's. How far one has counted is data. */
export const sequences = `${relations}
  select 'sequence' as kind, r.name, r.schema, quote_ident(r.relname) as part,
         jsonb_build_object('type', format_type(s.seqtypid, null), 'parameters', ${sequenceClauses('s')},
           'owned by', (select a.attrelid::regclass || '.' || quote_ident(a.attname) from pg_depend o
                        join pg_attribute a on a.attrelid = o.refobjid and a.attnum = o.refobjsubid
                        where o.classid = 'pg_class'::regclass and o.objid = r.oid and o.deptype = 'a'
                          and o.refclassid = 'pg_class'::regclass)) as attributes,
         format('create sequence %s as %s %s', r.name, format_type(s.seqtypid, null),
                replace(${sequenceClauses('s')}, ',', '')) as definition,
         jsonb_build_array(${address('pg_class', 'r.oid')}) as addresses
  from relation r join pg_sequence s on s.seqrelid = r.oid
  where r.kind = 'sequence' and not exists (select from pg_depend i
    where i.classid = 'pg_class'::regclass and i.objid = r.oid and i.deptype = 'i') order by r.oid`;

/** Enumerated types and domains. */
export const types = `
  with kept as (
    select t.*, format('%I.%I', n.nspname, t.typname) as name, n.nspname as schema
    from pg_type t join pg_namespace n on n.oid = t.typnamespace
    where t.typtype in ('e', 'd') and ${inScope('n')} and ${ofNoExtension('pg_type', 't.oid')}
  ),
  shown as (
    select k.*, format_type(k.typbasetype, k.typtypmod) as base,
           (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder)
            from pg_enum e where e.enumtypid = k.oid) as labels,
           coalesce((select jsonb_object_agg('check ' || quote_ident(c.conname), pg_get_constraintdef(c.oid))
                     from pg_constraint c where c.contypid = k.oid and c.contype = 'c'), '{}') as checks
    from kept k
  )
  select case typtype when 'e' then 'type' else 'domain' end as kind, name, schema, quote_ident(typname) as part,
         case typtype when 'e' then jsonb_build_object('labels', coalesce(labels, ''))
           else jsonb_build_object('type', base, 'not null', case when typnotnull then 'yes' else 'no' end,
                                   'default', typdefault) || checks end as attributes,
         case typtype when 'e' then format('create type %s as enum (%s)', name, labels)
           else concat_ws(' ', 'create domain', name, 'as', base, 'default ' || typdefault,
                          case when typnotnull then 'not null' end,
                          (select string_agg(format('constraint %s %s', substr(c.key, 7), c.value #>> '{}'), ' ' order by c.key)
                           from jsonb_each(checks) c)) end as definition,
         jsonb_build_array(${address('pg_type', 'oid')}, ${address('pg_type', 'typarray')}) as addresses
  from shown order by oid`;
