import { inScope, ofNoExtension } from '../fragments.ts';

/** Catalogs of objects that are not compared, and the column with the schema; null if there is none. */
const catalogs: readonly (readonly [catalog: string, namespace: string | null])[] = [
  ['pg_conversion', 'connamespace'],
  ['pg_operator', 'oprnamespace'],
  ['pg_opclass', 'opcnamespace'],
  ['pg_opfamily', 'opfnamespace'],
  ['pg_ts_config', 'cfgnamespace'],
  ['pg_ts_dict', 'dictnamespace'],
  ['pg_ts_parser', 'prsnamespace'],
  ['pg_ts_template', 'tmplnamespace'],
  ['pg_language', null],
  ['pg_foreign_data_wrapper', null],
  ['pg_foreign_server', null],
  ['pg_am', null],
  ['pg_transform', null],
];

const identity = (catalog: string) => `
  select i.type || ' ' || i.identity as name from pg_identify_object('${catalog}'::regclass, o.oid, 0) i`;

/** The objects that a migration can create and that are not compared, with class and object of their address. */
export const notCompared = `
  ${catalogs
    .map(([catalog, namespace]) => {
      const schema =
        namespace === null ? '' : `join pg_namespace n on n.oid = o.${namespace} and ${inScope('n')}`;
      return `select i.name, '${catalog}'::regclass::oid || '/' || o.oid as address from ${catalog} o ${schema} cross join lateral (${identity(catalog)}) i
        where o.oid >= 16384 and ${ofNoExtension(catalog, 'o.oid')}`;
    })
    .join(' union all ')}
  union all
  select 'foreign table ' || format('%I.%I', n.nspname, c.relname), 'pg_class'::regclass::oid || '/' || c.oid from pg_class c
  join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'f' and ${inScope('n')} and ${ofNoExtension('pg_class', 'c.oid')}
  union all
  select 'statistics target of index ' || format('%I.%I', n.nspname, c.relname), null from pg_class c
  join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('i', 'I') and ${inScope('n')} and exists (
    select from pg_attribute a where a.attrelid = c.oid and coalesce(a.attstattarget, -1) <> -1)
  union all
  select 'settings of partition index ' || format('%I.%I', n.nspname, c.relname), null from pg_class c
  join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'i' and c.relispartition and ${inScope('n')}
    and c.reloptions is not null
  order by 1`;
