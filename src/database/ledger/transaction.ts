import { PreconditionFailed } from '../../domain/ports/files.ts';
import { ProblemError } from '../../domain/problem.ts';
import { DatabaseError, type Session } from '../../domain/session.ts';
import { rollBack } from '../roll-back.ts';
import { ledgerDdl, ledgerSchema } from './ledger.ts';
import { inOrder } from './order.ts';
import { ledgerLocked } from './problems.ts';

/** Arbitrary, but the same in every version of erp-deploy: only one rollout can migrate at a time. */
export const lockKey = 7_202_611_22;

/** Makes PostgREST reload the schema when the transaction is committed; has no effect if none is connected. */
export const notifyPostgrest = "notify pgrst, 'reload schema'";

/**
 * Resets everything that a migration may leave on its session, such as a role, prepared statements and temporary
 * tables, so that it affects neither the ledger row nor the next file. It runs before the commit, since a pooler may
 * give the connection to another client afterwards.
 */
export const resetSession = `reset session authorization;
  do $erp_deploy$ begin
    if session_user <> current_setting('erp_deploy.session_user') then
      execute format('set session authorization %I', current_setting('erp_deploy.session_user'));
    end if;
  end $erp_deploy$;
  reset all; deallocate all; discard temp; discard sequences;`;

/** Stores the session user: RESET SESSION AUTHORIZATION does not restore it on the embedded engine. */
export const storeSessionUser = `select set_config('erp_deploy.session_user', session_user, true);`;

/** Checks deferred constraints before the ledger row is inserted, so that an error is attributed to the file. */
export const checkDeferred = 'set constraints all immediate;';

/**
 * Returns SQL that sets the timeouts of this transaction only: it fails instead of blocking other sessions, within 40 s
 * even if our connection hangs.
 * @param lockTimeout milliseconds
 */
export const transactionTimeouts = (lockTimeout = 10_000) =>
  `set local lock_timeout = ${lockTimeout}; set local idle_in_transaction_session_timeout = '25s';`;

/** Milliseconds to wait for the lock of the ledger by default; 0 would wait without a limit. */
export const defaultLockTimeout = 10_000;

/** Called right before the commit; if it throws, the transaction is rolled back. */
export type MayCommit = () => Promise<void>;

export const alwaysMayCommit: MayCommit = async () => undefined;

/**
 * Runs `act` in a transaction that holds the lock of the ledger. The ledger is read after the lock is acquired, since
 * an earlier result may be outdated. Its beginning and its end are one round trip each, besides the commit.
 * @param head the expected head of the ledger
 * @param lockTimeout milliseconds to wait for the lock; 0 waits without a limit
 * @param mayCommit called as late as possible: if this machine slept, the rollout may have lost its own lock
 * @param timeouts SQL that sets the timeouts of the transaction
 * @throws PreconditionFailed if the ledger has another head
 */
export async function inLedgerTransaction(
  session: Session,
  head: string | null,
  lockTimeout: number,
  act: () => Promise<void>,
  mayCommit: MayCommit = alwaysMayCommit,
  timeouts = transactionTimeouts(),
): Promise<void> {
  try {
    if ((await headUnderLock(session, lockTimeout, timeouts)) !== head) throw new PreconditionFailed();
    await act();
    await mayCommit();
    // The commit is sent separately: statements sent together with it could be committed without the check.
    await session.script('commit');
  } catch (error) {
    await rollBack(session);
    if (error instanceof LedgerLockTimeout) throw new ProblemError(ledgerLocked(await holderOf(session)));
    throw error;
  }
}

class LedgerLockTimeout extends Error {
  override readonly name = 'LedgerLockTimeout';
}

/** Statements before the one that waits for the lock. */
const beforeLock = 2;

/** Begins a transaction, acquires the lock of the ledger, and then reads its head. */
async function headUnderLock(
  session: Session,
  lockTimeout: number,
  timeouts: string,
): Promise<string | null> {
  const script = `begin isolation level read committed;
set local lock_timeout = ${lockTimeout};
select pg_advisory_xact_lock(${lockKey}::bigint);
${timeouts} ${storeSessionUser}
${ledgerDdl}
select name from ${ledgerSchema}.migrations`;
  try {
    const names = (await session.script(script)).at(-1) ?? [];
    return inOrder(names.map(({ name }) => ({ name: String(name) }))).at(-1)?.name ?? null;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const { code, completed = beforeLock } = error.fault;
    // SQLSTATE lock_not_available (PostgreSQL, appendix A).
    if (code !== '55P03' || completed !== beforeLock) throw error;
    throw new LedgerLockTimeout('', { cause: error });
  }
}

/** Describes the session that holds the lock of the ledger: names and times, no statement; null if it has ended. */
async function holderOf(session: Session): Promise<string | null> {
  const [holder] = await session.query(
    `select format('%s, as %s from %s, since %s', coalesce(nullif(a.application_name, ''), 'a client without a name'),
                   a.usename, coalesce(a.client_addr::text, 'the server itself'), a.xact_start) as description
       from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and l.objid::bigint = $1::bigint
        and l.classid = 0 and l.database = (select oid from pg_database where datname = current_database())`,
    [lockKey],
  );
  return holder === undefined ? null : String(holder.description);
}
