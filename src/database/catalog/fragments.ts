/**
 * SQL fragments that the queries share. The queries run on PostgreSQL 15 and newer, with `search_path` set to
 * `pg_catalog`, so that every name that PostgreSQL prints is qualified.
 */

/** True for the schemas that are read: all except PostgreSQL's own and the ledger. */
export const inScope = (namespace: string) =>
  `${namespace}.nspname !~ '^pg_' and ${namespace}.nspname <> all (array['information_schema', 'erp_deploy'])`;

/** True for objects that no extension created. */
export const ofNoExtension = (catalog: string, oid: string) =>
  `not exists (select from pg_depend e
               where e.classid = '${catalog}'::regclass and e.objid = ${oid} and e.deptype = 'e')`;

/** An object's address in `pg_depend`, as one text. */
export const address = (catalog: string, oid: string, part = '0') =>
  `'${catalog}'::regclass::oid || '/' || ${oid} || '/' || ${part}`;

/** `with relation as …`: tables, views and sequences in scope, by name. */
export const relations = `
  with relation as (
    select c.*, n.nspname as schema, format('%I.%I', n.nspname, c.relname) as name,
           case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence'
                          else 'table' end as kind
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'S') and ${inScope('n')} and ${ofNoExtension('pg_class', 'c.oid')}
  )`;

/** The names of columns by number, as a JSON list in the given order. */
export const columnNames = (relation: string, numbers: string) =>
  `coalesce((select jsonb_agg(coalesce(a.attname, '(expression)') order by u.place)
             from unnest(${numbers}) with ordinality u (number, place)
             left join pg_attribute a on a.attrelid = ${relation} and a.attnum = u.number), '[]')`;

export const yesOrNo = (condition: string) => `case when ${condition} then 'yes' else 'no' end`;

/** A sequence's parameters as SQL clauses, separated by commas. */
export const sequenceClauses = (s: string) =>
  `format('start with %s, increment by %s, minvalue %s, maxvalue %s, cache %s, %s', ${s}.seqstart,
          ${s}.seqincrement, ${s}.seqmin, ${s}.seqmax, ${s}.seqcache,
          case when ${s}.seqcycle then 'cycle' else 'no cycle' end)`;

/** The value of `sequenceClauses` for a sequence that was created without options. */
export const usualSequenceClauses = (s: string) =>
  `format('start with 1, increment by 1, minvalue 1, maxvalue %s, cache 1, no cycle',
          case ${s}.seqtypid when 'int2'::regtype then '32767' when 'int4'::regtype then '2147483647'
                             else '9223372036854775807' end)`;
