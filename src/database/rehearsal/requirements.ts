import * as z from 'zod';
import type { Session } from '../../domain/session.ts';
import { providers } from '../fitness.ts';

const requirementsSchema = z.object({
  /** The database's name. */
  database: z.string(),
  user: z.string(),
  /** PostgreSQL's major version. */
  major: z.int(),
  /** Whether the role may create a database. */
  mayCreate: z.boolean(),
  /** The number of connections that roles other than superusers can still open. */
  freeConnections: z.int(),
  /** Extensions that the role may not create in a new database. */
  barredExtensions: z.array(z.string()),
});

/** The state of a server, as far as a rehearsal depends on it. */
export interface Requirements extends z.infer<typeof requirementsSchema> {
  /** Whether the session belongs to a pooler, which knows only the databases of its own configuration. */
  readonly pooled: boolean;
}

/**
 * Reads in one query what a rehearsal needs. Changes nothing.
 * @param extensions the names of the extensions that the migrations create
 */
export async function rehearsalRequirements(
  production: Session,
  extensions: readonly string[],
): Promise<Requirements> {
  const [row] = await production.query(
    `select current_database()::text as database, current_user::text as user,
            current_setting('server_version_num')::int / 10000 as major,
            r.rolcreatedb or r.rolsuper as "mayCreate",
            least(
              current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                - coalesce(current_setting('reserved_connections', true), '0')::int - count(a.pid),
              case when r.rolconnlimit >= 0 then r.rolconnlimit - count(a.pid) filter (where a.usesysid = r.oid) end
            )::int as "freeConnections",
            array(select w.name from unnest($1::text[]) w(name)
                    join pg_catalog.pg_available_extensions e on e.name = w.name
                    join pg_catalog.pg_available_extension_versions v on v.name = e.name and v.version = e.default_version
                   where v.superuser and not v.trusted and not r.rolsuper
                     and not exists (select from pg_catalog.pg_roles p where p.rolname = any ($2::text[])
                                        and pg_has_role(r.oid, p.oid, 'member'))) as "barredExtensions"
       from pg_catalog.pg_roles r
       left join pg_catalog.pg_stat_activity a on a.backend_type = 'client backend'
      where r.rolname = current_user
      group by r.oid, r.rolname, r.rolcreatedb, r.rolsuper, r.rolconnlimit`,
    [extensions, providers],
  );
  return { ...requirementsSchema.parse(row), pooled: production.settings === undefined };
}
