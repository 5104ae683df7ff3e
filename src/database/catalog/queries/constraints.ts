import { address, columnNames, relations } from '../fragments.ts';

/**
 * Primary and foreign keys, unique, check and exclusion constraints. `contype` n (NOT NULL, from 18 on)
 * belongs to the column. A foreign key works through triggers of its own, which ALTER TABLE … DISABLE TRIGGER ALL
 * turns off with no other trace. A constraint that a partition inherits belongs to the parent.
 */
export const constraints = `${relations}
  select case k.contype when 'p' then 'primary key' when 'f' then 'foreign key' when 'u' then 'unique'
                        when 'c' then 'check' else 'exclusion' end as kind,
         format('%I on %s', k.conname, r.name) as name, r.schema, 'table ' || r.name as parent,
         quote_ident(k.conname) as part, ${columnNames('k.conrelid', 'k.conkey')} as columns,
         case when k.contype = 'f' then jsonb_build_object('table', f.name,
              'columns', ${columnNames('k.confrelid', 'k.confkey')}) end as "references",
         jsonb_build_object('definition', d.text, 'validated', case when k.convalidated then 'yes' else 'no' end)
         || case when k.contype <> 'f' then '{}' else jsonb_build_object('triggers', coalesce((
              select 'disabled on ' || string_agg(distinct g.tgrelid::regclass::text, ', ') from pg_trigger g
              where g.tgconstraint = k.oid and g.tgenabled <> 'O'), 'enabled')) end
         || case when i.indexrelid is null then '{}' else jsonb_build_object('valid',
              case when i.indisvalid and i.indisready then 'yes' else 'no' end) end as attributes,
         format('alter table %s add constraint %I %s', r.name, k.conname, d.text)
         || case when k.convalidated or d.text like '% NOT ENFORCED' then '' else ' not valid' end as definition,
         jsonb_build_array(${address('pg_constraint', 'k.oid')})
         || case when i.indexrelid is null then '[]' else to_jsonb(${address('pg_class', 'i.indexrelid')}) end as addresses
  from pg_constraint k
  join relation r on r.oid = k.conrelid
  left join relation f on f.oid = k.confrelid
  left join pg_index i on k.contype in ('p', 'u', 'x') and i.indexrelid = k.conindid,
  regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '') d (text)
  where k.contype in ('p', 'f', 'u', 'c', 'x') and k.conparentid = 0 and (k.conislocal or not r.relispartition)
  order by k.oid`;

/** Indexes that back no constraint. PostgreSQL prints those of a partitioned table with ONLY, without the partitions. */
export const indexes = `${relations}
  select 'index' as kind, format('%I.%I', r.schema, c.relname) as name, r.schema, r.kind || ' ' || r.name as parent,
         quote_ident(c.relname) as part, ${columnNames('r.oid', '(i.indkey::int2[])[0:i.indnkeyatts - 1]')} as columns,
         jsonb_build_object('definition', d.text, 'unique', case when i.indisunique then 'yes' else 'no' end,
           'valid', case when i.indisvalid and i.indisready then 'yes' else 'no' end) as attributes,
         case when r.relkind = 'p' and not i.indisvalid then pg_get_indexdef(c.oid) else d.text end as definition,
         jsonb_build_array(${address('pg_class', 'c.oid')}) as addresses
  from pg_index i join pg_class c on c.oid = i.indexrelid join relation r on r.oid = i.indrelid,
  replace(pg_get_indexdef(c.oid), ' ON ONLY ', ' ON ') d (text)
  where not c.relispartition
    and not exists (select from pg_constraint k where k.conindid = c.oid and k.contype in ('p', 'u', 'x'))
  order by c.oid`;
