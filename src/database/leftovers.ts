import type { Session } from '../domain/session.ts';
import type { Leftover } from '../domain/sql-change.ts';

/**
 * Marks the session of a read-only command. Such a command does not take the host's lock, and holds locks of the database
 * for a moment; a rollout must not mistake its session for a leftover.
 */
export async function markAsReadOnly(session: Session): Promise<void> {
  await session.query("select set_config('application_name', 'erp-deploy validate', false)");
}

/** Milliseconds that a session may take to end after it is terminated. */
const grace = 5000;

/**
 * Returns other sessions of erp-deploy in this database that hold locks in a transaction: a connection that hangs leaves
 * them behind. Only valid while the rollout holds its own lock, when no other session of erp-deploy is active except
 * read-only ones.
 */
export async function leftoversIn(session: Session): Promise<readonly Leftover[]> {
  const rows = await session.query(
    `select a.pid, a.state, a.backend_start::text as started, to_char(a.xact_start at time zone 'UTC', 'HH24:MI:SS') as since
       from pg_catalog.pg_stat_activity a
      where a.application_name = 'erp-deploy' and a.datname = current_database() and a.pid <> pg_backend_pid()
        and a.xact_start is not null and exists (
          select from pg_catalog.pg_locks l
           where l.pid = a.pid and l.granted and (l.locktype = 'advisory'
              or (l.locktype = 'relation' and l.mode <> 'AccessShareLock')))
      order by a.pid`,
  );
  return rows.map(({ pid, state, started, since }) => ({
    pid: Number(pid),
    started: String(started),
    words: `${String(state)}, in a transaction since ${String(since)} UTC`,
  }));
}

/** Terminates a leftover session, if it still exists, and waits for its end. */
export async function endLeftover(session: Session, { pid, started }: Leftover): Promise<void> {
  await session.query(
    `select pg_terminate_backend(a.pid, $3) from pg_catalog.pg_stat_activity a
      where a.pid = $1 and a.backend_start = $2::timestamptz and a.application_name = 'erp-deploy'`,
    [pid, started, grace],
  );
}
