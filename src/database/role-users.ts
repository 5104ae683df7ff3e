import type { Session } from '../domain/session.ts';

/** What uses a role at the moment, as lines to show. */
export interface RoleUsers {
  /** A line for each group of equal sessions, such as `2 sessions of app on portfolio, from 10.0.0.7`. */
  readonly sessions: readonly string[];
  /** The other databases of the server in which the role owns something or has rights. */
  readonly databases: readonly string[];
}

/** Returns the sessions and the other databases that use roles, which are cluster-wide: each has one password. */
export async function roleUsers(session: Session, roles: readonly string[]): Promise<RoleUsers> {
  const sessions = await session.query(
    `select usename::text as role, coalesce(datname::text, '') as database, coalesce(nullif(application_name, ''), 'a client') as program,
            coalesce(host(client_addr), 'a socket') as address, count(*)::int as count
       from pg_stat_activity where usename::text = any ($1::text[]) and pid <> pg_backend_pid()
      group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    [roles],
  );
  const databases = await session.query(
    `select distinct d.datname::text as name
       from pg_shdepend s join pg_database d on d.oid = s.dbid join pg_roles r on r.oid = s.refobjid
      where s.refclassid = 'pg_authid'::regclass and r.rolname::text = any ($1::text[]) and d.datname <> current_database()
      order by 1`,
    [roles],
  );
  return {
    sessions: sessions.map(
      ({ role, database, program, address, count }) =>
        `${count} ${count === 1 ? 'session' : 'sessions'} of ${program} as ${role} on ${database}, from ${address}`,
    ),
    databases: databases.map(({ name }) => String(name)),
  };
}
