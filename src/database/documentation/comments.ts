import * as z from 'zod';
import type { Session } from '../../domain/session.ts';

/** The comments on objects of the database, by kind and qualified name: `table erp.people`. */
export type Comments = ReadonlyMap<string, string>;

const rowSchema = z.object({ object: z.string(), comment: z.string() });

/** Reads the comments on schemas, tables and columns; one round trip, whatever the size. */
export async function readComments(session: Session): Promise<Comments> {
  const rows = await session.query(`
    select 'schema ' || quote_ident(n.nspname) as object, d.description as comment
      from pg_catalog.pg_description d
      join pg_catalog.pg_namespace n on n.oid = d.objoid and d.classoid = 'pg_catalog.pg_namespace'::regclass
    union all
    select case d.objsubid when 0 then 'table ' else 'column ' end || format('%I.%I', n.nspname, c.relname)
             || case d.objsubid when 0 then '' else '.' || quote_ident(a.attname) end,
           d.description
      from pg_catalog.pg_description d
      join pg_catalog.pg_class c on c.oid = d.objoid and d.classoid = 'pg_catalog.pg_class'::regclass
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid and d.objsubid > 0
     where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`);
  return new Map(rows.map((row) => rowSchema.parse(row)).map(({ object, comment }) => [object, comment]));
}
