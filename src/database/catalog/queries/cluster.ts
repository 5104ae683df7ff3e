import { address, inScope, ofNoExtension } from '../fragments.ts';

/** Extensions, by name only. The objects of an extension (types, operators) count as the extension itself. */
export const extensions = `
  select 'extension' as kind, quote_ident(x.extname) as name, quote_ident(x.extname) as part,
         format('create extension if not exists %I', x.extname) as definition,
         (select jsonb_agg(d.classid || '/' || d.objid || '/' || d.objsubid) from pg_depend d
          where d.refclassid = 'pg_extension'::regclass and d.refobjid = x.oid and d.deptype = 'e')
         || to_jsonb(${address('pg_extension', 'x.oid')}) as addresses
  from pg_extension x order by x.oid`;

/** By schema, the names that definitions may qualify with it. */
export const extensionNames = `
  select quote_ident(n.nspname) as schema, jsonb_agg(distinct m.name) as names
  from (
    select t.oid, 'pg_type'::regclass as class, t.typnamespace as namespace, quote_ident(t.typname) as name from pg_type t
    union all select p.oid, 'pg_proc'::regclass, p.pronamespace, quote_ident(p.proname) from pg_proc p
    union all select c.oid, 'pg_opclass'::regclass, c.opcnamespace, quote_ident(c.opcname) from pg_opclass c
    union all select o.oid, 'pg_operator'::regclass, o.oprnamespace, o.oprname from pg_operator o
  ) m
  join pg_depend d on d.classid = m.class and d.objid = m.oid and d.deptype = 'e'
  join pg_namespace n on n.oid = m.namespace
  where n.nspname <> 'pg_catalog' and m.oid >= 16384 group by n.nspname`;

export const schemas = `
  select 'schema' as kind, quote_ident(n.nspname) as name, n.nspname as schema, quote_ident(n.nspname) as part,
         format('create schema if not exists %I', n.nspname) as definition,
         jsonb_build_array(${address('pg_namespace', 'n.oid')}) as addresses
  from pg_namespace n where ${inScope('n')} and ${ofNoExtension('pg_namespace', 'n.oid')} order by n.oid`;
