import type { ClientBase } from 'pg';
import type { Config } from './config.ts';

interface Column {
  readonly name: string;
  /** The type as PostgreSQL writes it, such as `character varying(20)`. It is inserted into SQL unchanged. */
  readonly type: string;
  readonly primary: boolean;
}

export interface Table {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly Column[];
}

export interface Routine {
  readonly schema: string;
  readonly name: string;
  readonly args: readonly { readonly name: string; readonly type: string; readonly required: boolean }[];
  readonly returns: 'void' | 'scalar' | 'row';
  readonly returnsSet: boolean;
}

/** The exposed schemas, as PostgREST last read them. */
export interface SchemaCache {
  readonly tables: readonly Table[];
  readonly routines: readonly Routine[];
}

/** @throws pg.DatabaseError 3F000 if a schema of the configuration does not exist */
export async function querySchemaCache(client: ClientBase, config: Config): Promise<SchemaCache> {
  const named = [...config.dbSchemas, ...config.dbExtraSearchPath];
  await client.query('select pg_catalog.quote_ident(name)::regnamespace from unnest($1::text[]) name', [
    named,
  ]);
  const tables = await client.query<Table>(tablesSql, [config.dbSchemas]);
  const routines = await client.query<Routine>(routinesSql, [config.dbSchemas]);
  return { tables: tables.rows, routines: routines.rows };
}

const tablesSql = `
  select n.nspname::text as schema, c.relname::text as name,
         coalesce(json_agg(json_build_object(
           'name', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
           'primary', coalesce(i.indisprimary, false)) order by a.attnum) filter (where a.attnum > 0), '[]') as columns
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisprimary and a.attnum = any(i.indkey)
   where c.relkind in ('r', 'v', 'm', 'f', 'p') and not c.relispartition and n.nspname = any($1)
   group by n.nspname, c.relname order by 1, 2`;

const routinesSql = `
  select n.nspname::text as schema, p.proname::text as name, p.proretset as "returnsSet",
         case when t.oid = 'void'::regtype then 'void'
              when t.typtype = 'c' or t.oid = 'record'::regtype
                or coalesce(p.proargmodes::text[] && '{t,b,o}', false) then 'row' else 'scalar' end as returns,
         (select coalesce(json_agg(json_build_object(
                   'name', coalesce(p.proargnames[number], ''), 'type', pg_catalog.format_type(type, null),
                   'required', number <= p.pronargs - p.pronargdefaults) order by number), '[]')
            from unnest(p.proargtypes::oid[]) with ordinality as argument (type, number)) as args
    from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    join pg_catalog.pg_type t on t.oid = p.prorettype
   where p.prokind = 'f' and t.oid <> 'trigger'::regtype and n.nspname = any($1) order by 1, 2`;
