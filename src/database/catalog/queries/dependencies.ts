/**
 * The dependencies of objects, by address. Left out are the dependency of a sequence on the column that owns it (the
 * column's default needs the sequence, so that would be a cycle), types that belong to a table, and PostgreSQL's own
 * objects (object ids below 16384).
 */
export const dependencies = `
  select d.classid || '/' || d.objid || '/' || d.objsubid as object,
         jsonb_agg(d.refclassid || '/' || d.refobjid || '/' || d.refobjsubid) as needs
  from pg_depend d
  where d.deptype in ('n', 'a', 'i') and d.objid >= 16384 and d.refobjid >= 16384
    and d.classid in ('pg_class'::regclass, 'pg_attrdef'::regclass, 'pg_constraint'::regclass, 'pg_trigger'::regclass,
                      'pg_rewrite'::regclass, 'pg_policy'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass,
                      'pg_collation'::regclass, 'pg_cast'::regclass, 'pg_statistic_ext'::regclass)
    and d.refclassid <> 'pg_namespace'::regclass
    and not (d.classid = 'pg_type'::regclass and d.deptype = 'i')
    and not (d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
             and exists (select from pg_sequence s where s.seqrelid = d.objid))
  group by d.classid, d.objid, d.objsubid`;
