import type { Session } from '../domain/session.ts';

/**
 * Returns the names of objects outside these schemas that depend on them: foreign keys, views, triggers, and columns of
 * their types.
 */
export async function dependentsOutside(
  session: Session,
  schemas: readonly string[],
): Promise<readonly string[]> {
  const rows = await session.query(
    `with inside as (select oid from pg_namespace where nspname = any ($1::text[])),
          relation as (select c.oid, c.relnamespace, c.oid::regclass::text as name from pg_class c),
          named as (
            select format('foreign key %I of %s', k.conname, r.name) as name
              from pg_constraint k join relation r on r.oid = k.conrelid join relation p on p.oid = k.confrelid
             where r.relnamespace not in (table inside) and p.relnamespace in (table inside)
            union
            select format('view %s', v.name)
              from pg_depend d join pg_rewrite w on d.classid = 'pg_rewrite'::regclass and w.oid = d.objid
              join relation v on v.oid = w.ev_class
              join relation t on d.refclassid = 'pg_class'::regclass and t.oid = d.refobjid
             where v.relnamespace not in (table inside) and t.relnamespace in (table inside)
            union
            select format('trigger %I of %s', g.tgname, r.name)
              from pg_trigger g join relation r on r.oid = g.tgrelid join pg_proc f on f.oid = g.tgfoid
             where not g.tgisinternal and r.relnamespace not in (table inside) and f.pronamespace in (table inside)
            union
            select format('column %I of %s', a.attname, r.name)
              from pg_attribute a join relation r on r.oid = a.attrelid join pg_type y on y.oid = a.atttypid
             where a.attnum > 0 and not a.attisdropped
               and r.relnamespace not in (table inside) and y.typnamespace in (table inside))
     select name from named order by name`,
    [schemas],
  );
  return rows.map(({ name }) => String(name));
}
