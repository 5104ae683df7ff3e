import type { Session } from '../domain/session.ts';

/**
 * Returns one line for each group of other sessions in this database: application, user, client address, state and
 * number of sessions. Omits their SQL, and sessions named `erp-deploy`.
 */
export async function otherSessions(session: Session): Promise<readonly string[]> {
  const rows = await session.query(
    `select format('%s as %s%s, %s', coalesce(nullif(application_name, ''), 'a client without a name'), usename,
                   ' from ' || host(client_addr), coalesce(state, 'state not visible'))
            || case when count(*) > 1 then format(' (%s sessions)', count(*)) else '' end as one
       from pg_catalog.pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
        and application_name <> 'erp-deploy'
      group by application_name, usename, client_addr, state order by 1`,
  );
  return rows.map(({ one }) => String(one));
}
