import { address, inScope, ofNoExtension } from '../fragments.ts';

/** From 17 on one column has the locale of ICU and of PostgreSQL's own provider. */
const collations = `
  select 'collation' as kind, format('%I.%I', n.nspname, l.collname) as name, n.nspname::text as schema,
         quote_ident(l.collname) as part, jsonb_build_object('definition', d.text) as attributes,
         format('create collation %I.%I (%s)', n.nspname, l.collname, d.text) as definition,
         jsonb_build_array(${address('pg_collation', 'l.oid')}) as addresses, null::jsonb as links
  from pg_collation l join pg_namespace n on n.oid = l.collnamespace, lateral (
    select concat_ws(', ',
      'provider = ' || case l.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end,
      'locale = ' || quote_literal(coalesce(to_jsonb(l) ->> 'colllocale', to_jsonb(l) ->> 'colliculocale')),
      'lc_collate = ' || quote_literal(l.collcollate), 'lc_ctype = ' || quote_literal(l.collctype),
      'rules = ' || quote_literal(to_jsonb(l) ->> 'collicurules'),
      case when not l.collisdeterministic then 'deterministic = false' end) as text) d
  where ${inScope('n')} and ${ofNoExtension('pg_collation', 'l.oid')}`;

/** Leaves out those that belong to an extension or to a range. */
const contexts = `case c.castcontext when 'a' then 'as assignment' when 'i' then 'as implicit' end`;
const casts = `
  select 'cast', format('(%s as %s)', format_type(c.castsource, null), format_type(c.casttarget, null)), s.schema,
         format('(%s as %s)', format_type(c.castsource, null), format_type(c.casttarget, null)),
         jsonb_build_object('definition', d.text),
         format('create cast (%s as %s) %s', format_type(c.castsource, null), format_type(c.casttarget, null), d.text),
         jsonb_build_array(${address('pg_cast', 'c.oid')}), null::jsonb
  from pg_cast c, lateral (
    select concat_ws(' ', case c.castmethod when 'b' then 'without function' when 'i' then 'with inout'
             else 'with function ' || c.castfunc::regprocedure end, ${contexts}) as text) d,
  lateral (select min(n.nspname::text) as schema from pg_namespace n where ${inScope('n')} and n.oid in (
    (select t.typnamespace from pg_type t where t.oid = c.castsource),
    (select t.typnamespace from pg_type t where t.oid = c.casttarget),
    (select p.pronamespace from pg_proc p where p.oid = c.castfunc))) s
  where c.oid >= 16384 and not exists (select from pg_depend e where e.classid = 'pg_cast'::regclass and e.objid = c.oid
    and e.deptype in ('e', 'i'))`;

const eventTriggers = `
  select 'event trigger', quote_ident(v.evtname), null::text, quote_ident(v.evtname),
         jsonb_build_object('definition', d.text, 'enabled', s.state),
         format('create event trigger %I %s', v.evtname, d.text) || case v.evtenabled when 'O' then '' else
           format(E';\\nalter event trigger %I %s', v.evtname,
             case v.evtenabled when 'D' then 'disable' when 'R' then 'enable replica' else 'enable always' end) end,
         jsonb_build_array(${address('pg_event_trigger', 'v.oid')}), jsonb_build_array(${address('pg_proc', 'v.evtfoid')})
  from pg_event_trigger v, lateral (
    select concat_ws(' ', 'on', v.evtevent, 'when tag in (' || (
             select string_agg(quote_literal(t), ', ' order by t) from unnest(v.evttags) t) || ')',
             'execute function', v.evtfoid::regproc || '()') as text) d,
  lateral (select case v.evtenabled when 'O' then 'yes' when 'D' then 'no' when 'R' then 'replica' else 'always' end as state) s
  where ${ofNoExtension('pg_event_trigger', 'v.oid')}`;

/** The tables of a publication with their columns and filters, as CREATE PUBLICATION lists them. */
const published = `
  select r.prpubid as publication, format('%I.%I', n.nspname, c.relname) as name, ${address('pg_class', 'c.oid')} as link,
         coalesce(' (' || (select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a
                           where a.attrelid = c.oid and a.attnum = any (r.prattrs)) || ')', '')
         || coalesce(' where (' || pg_get_expr(r.prqual, r.prrelid) || ')', '') as tail
  from pg_publication_rel r join pg_class c on c.oid = r.prrelid join pg_namespace n on n.oid = c.relnamespace`;
const publications = `
  select 'publication', quote_ident(b.pubname), null::text, quote_ident(b.pubname),
         jsonb_build_object('publish', o.publish, 'via root', case when b.pubviaroot then 'yes' else 'no' end,
           'all tables', case when b.puballtables then 'yes' else 'no' end)
         || coalesce(t.facts, '{}') || coalesce(s.facts, '{}'),
         concat_ws(' ', 'create publication', quote_ident(b.pubname), case when b.puballtables then 'for all tables' end,
           'for ' || nullif(concat_ws(', ', t.sql, s.sql), ''),
           format('with (publish = %L, publish_via_partition_root = %s)', o.publish, b.pubviaroot::text)),
         jsonb_build_array(${address('pg_publication', 'b.oid')}), t.links
  from pg_publication b
  left join (select p.publication, jsonb_object_agg('table ' || p.name, p.tail) as facts, jsonb_agg(p.link) as links,
                    string_agg('table ' || p.name || p.tail, ', ' order by p.name) as sql
             from (${published}) p group by p.publication) t on t.publication = b.oid
  left join (select q.pnpubid, jsonb_object_agg('schema ' || quote_ident(n.nspname), 'yes') as facts,
                    string_agg('tables in schema ' || quote_ident(n.nspname), ', ' order by n.nspname) as sql
             from pg_publication_namespace q join pg_namespace n on n.oid = q.pnnspid group by q.pnpubid) s on s.pnpubid = b.oid,
  lateral (select concat_ws(', ', case when b.pubinsert then 'insert' end, case when b.pubupdate then 'update' end,
             case when b.pubdelete then 'delete' end, case when b.pubtruncate then 'truncate' end) as publish) o
  where ${ofNoExtension('pg_publication', 'b.oid')}`;

/** One statement reads all kinds of which a database usually has few objects. */
export const databaseWide = [collations, casts, publications, eventTriggers]
  .map((query) => `select * from (${query}) x`)
  .join(' union all ');
