import { address, inScope, ofNoExtension, relations, sequenceClauses } from '../fragments.ts';

const ofNoType = `not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid
  and d.deptype = 'i' and d.refclassid = 'pg_type'::regclass)`;

/**
 * Functions, procedures and aggregates; the constructors of a range are part of its type. The signature is a separate
 * attribute, because CREATE OR REPLACE cannot change it. PostgreSQL prints no definition of an aggregate.
 */
export const functions = `
  select case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end as kind,
         format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)) as name, n.nspname as schema,
         quote_ident(p.proname) as part,
         jsonb_build_object(
           'signature', concat_ws(' returns ', format('(%s)', pg_get_function_arguments(p.oid)), pg_get_function_result(p.oid)),
           'definition', case when p.prokind = 'a' then g.text else substr(d.text, strpos(d.text, E'\\n LANGUAGE ') + 2) end) as attributes,
         case when p.prokind = 'a' then format('create aggregate %I.%I(%s) (%s)', n.nspname, p.proname, pg_get_function_arguments(p.oid), g.text)
              else rtrim(d.text, E'\\n') end as definition,
         jsonb_build_array(${address('pg_proc', 'p.oid')}) as addresses
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  left join lateral (select case when p.prokind <> 'a' then pg_get_functiondef(p.oid) end) d (text) on true
  left join lateral (
    select concat_ws(', ', format('sfunc = %s, stype = %s', a.aggtransfn::regproc, format_type(a.aggtranstype, null)),
             'sspace = ' || nullif(a.aggtransspace, 0), 'finalfunc = ' || nullif(a.aggfinalfn, 0)::regproc,
             case when a.aggfinalextra then 'finalfunc_extra' end,
             'finalfunc_modify = ' || case a.aggfinalmodify when 'r' then null when 's' then 'shareable' else 'read_write' end,
             'combinefunc = ' || nullif(a.aggcombinefn, 0)::regproc, 'serialfunc = ' || nullif(a.aggserialfn, 0)::regproc,
             'deserialfunc = ' || nullif(a.aggdeserialfn, 0)::regproc, 'initcond = ' || quote_literal(a.agginitval),
             'msfunc = ' || nullif(a.aggmtransfn, 0)::regproc, 'minvfunc = ' || nullif(a.aggminvtransfn, 0)::regproc,
             'mstype = ' || format_type(nullif(a.aggmtranstype, 0), null), 'mfinalfunc = ' || nullif(a.aggmfinalfn, 0)::regproc,
             case when a.aggmfinalextra then 'mfinalfunc_extra' end, 'minitcond = ' || quote_literal(a.aggminitval),
             'sortop = operator(' || (select format('%I.%s', s.nspname, o.oprname) from pg_operator o
               join pg_namespace s on s.oid = o.oprnamespace where o.oid = a.aggsortop) || ')',
             'parallel = ' || case p.proparallel when 's' then 'safe' when 'r' then 'restricted' end,
             case when a.aggkind = 'h' then 'hypothetical' end) as text
    from pg_aggregate a where a.aggfnoid = p.oid) g on true
  where ${inScope('n')} and ${ofNoExtension('pg_proc', 'p.oid')} and ${ofNoType} order by p.oid`;

const columnDefaults = `select a.attname, pg_get_expr(d.adbin, d.adrelid) as text from pg_attrdef d
  join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum where d.adrelid = r.oid`;

export const views = `${relations}
  select r.kind, r.name, r.schema, quote_ident(r.relname) as part,
         jsonb_build_object('definition', d.text, 'options', array_to_string(r.reloptions, ', '))
         || case when r.kind = 'view' or r.relispopulated then '{}' else jsonb_build_object('populated', 'no') end
         || case when m.amname is null or m.amname = 'heap' then '{}' else jsonb_build_object('access method', m.amname) end
         || coalesce((select jsonb_object_agg(format('column %I default', c.attname), c.text) from (${columnDefaults}) c), '{}')
           as attributes,
         concat_ws(' ', 'create', r.kind, r.name, 'using ' || nullif(quote_ident(m.amname), 'heap'),
                   'with (' || array_to_string(r.reloptions, ', ') || ')', E'as\\n' || d.text)
         || case when r.kind = 'view' or r.relispopulated then '' else ' with no data' end
         || coalesce((select string_agg(format(E';\\nalter view %s alter column %I set default %s', r.name, c.attname, c.text), '')
                      from (${columnDefaults}) c), '') as definition,
         jsonb_build_array(${address('pg_class', 'r.oid')}, ${address('pg_type', 'r.reltype')})
         || coalesce((select jsonb_agg(${address('pg_rewrite', 'w.oid')}) from pg_rewrite w
                      where w.ev_class = r.oid and w.rulename = '_RETURN'), '[]') as addresses
  from relation r left join pg_am m on m.oid = r.relam, rtrim(pg_get_viewdef(r.oid), ';') d (text)
  where r.kind in ('view', 'materialized view') order by r.oid`;

/** Sequences, except those of identity columns. The current value of a sequence is data, and is left out. */
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
