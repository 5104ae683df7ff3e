import type { Session } from '../domain/session.ts';
import type { Leftover } from '../domain/sql-change.ts';

/**
 * Names a session of a command that takes no lock of the droplet, and holds some of the database for a moment: a
 * roll-out under that lock does not take it for one that was left behind.
 */
export async function nameAsLooking(session: Session): Promise<void> {
  await session.query("select set_config('application_name', 'erp-deploy validate', false)");
}

/** Milliseconds that a session may take to end once it is told to. */
const grace = 5000;

/**
 * Sessions of erp-deploy in this database, besides this one, that hold locks in a transaction: what a link that
 * froze leaves behind. Only to be asked under the roll-out's own lock, where no other one of ours is at work but those
 * that are named as looking.
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

/** Ends one, if it is still the same, and waits for its end. */
export async function endLeftover(session: Session, { pid, started }: Leftover): Promise<void> {
  await session.query(
    `select pg_terminate_backend(a.pid, $3) from pg_catalog.pg_stat_activity a
      where a.pid = $1 and a.backend_start = $2::timestamptz and a.application_name = 'erp-deploy'`,
    [pid, started, grace],
  );
}
