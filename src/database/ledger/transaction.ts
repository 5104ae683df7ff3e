import { WorldMoved } from '../../domain/ports.ts';
import { ProblemError } from '../../domain/problem.ts';
import { DatabaseError, type Session } from '../../domain/session.ts';
import { rollBack } from '../roll-back.ts';
import { ledgerDdl, ledgerHead } from './ledger.ts';
import { migratedByOthers } from './problems.ts';

/** Any number, as long as every erp-deploy takes the same: one migrates at a time. */
export const lockKey = 7_202_611_22;

/** PostgREST reads the schema anew when the transaction is committed; where none listens, nobody hears it. */
export const tellPostgrest = "notify pgrst, 'reload schema'";

/**
 * A migration may leave settings behind on its session, a role, prepared statements and temporary tables among them:
 * neither the ledger's row nor the next file gets them. Before the commit, since behind a pooler the connection is
 * somebody else's after it.
 */
export const forgetSettings = `reset session authorization;
  do $erp_deploy$ begin
    if session_user <> current_setting('erp_deploy.session_user') then
      execute format('set session authorization %I', current_setting('erp_deploy.session_user'));
    end if;
  end $erp_deploy$;
  reset all; deallocate all; discard temp; discard sequences;`;

/** The embedded engine does not know by itself whom RESET SESSION AUTHORIZATION goes back to. */
export const rememberUser = `select set_config('erp_deploy.session_user', session_user, true);`;

/** Checks what the commit would: an error then is one of the file, and not of the ledger. */
export const checkDeferred = 'set constraints all immediate;';

/**
 * For this transaction alone: it is given up rather than standing in other people's way, within 40 s also where the
 * link to us froze.
 */
export const manners = `set local lock_timeout = '10s'; set local idle_in_transaction_session_timeout = '25s';`;

/** Milliseconds for which somebody else's migration is waited for; 0 for as long as it takes. */
export const briefly = 10_000;

/** Asked when all is done but the commit; where it throws, nothing was done. */
export type MayCommit = () => Promise<void>;

export const freely: MayCommit = async () => undefined;

/**
 * The ledger is read after the lock is held: what was read before may be old by then.
 * @param mayCommit asked as late as can be: whoever slept meanwhile may have lost the right to change anything
 */
export async function inLedgerTransaction(
  session: Session,
  head: string | null,
  patience: number,
  act: () => Promise<void>,
  mayCommit: MayCommit = freely,
): Promise<void> {
  await session.script('begin');
  try {
    await takeTurn(session, patience);
    await session.script(`${manners} ${rememberUser}`);
    await session.script(ledgerDdl);
    if ((await ledgerHead(session)) !== head) throw new WorldMoved();
    await act();
    await session.script(tellPostgrest);
    await mayCommit();
    await session.script('commit');
    await session.restoreSettings?.();
  } catch (error) {
    await rollBack(session);
    if (error instanceof TurnNotTaken) throw new ProblemError(migratedByOthers(await holderOf(session)));
    throw error;
  }
}

class TurnNotTaken extends Error {
  override readonly name = 'TurnNotTaken';
}

async function takeTurn(session: Session, patience: number): Promise<void> {
  try {
    await session.script(
      `set local lock_timeout = ${patience}; select pg_advisory_xact_lock(${lockKey}::bigint)`,
    );
  } catch (error) {
    // SQLSTATE lock_not_available (PostgreSQL, appendix A).
    if (!(error instanceof DatabaseError) || error.fault.code !== '55P03') throw error;
    throw new TurnNotTaken('', { cause: error });
  }
}

/** Who holds the ledger's lock, in words: names and times, no statement. */
async function holderOf(session: Session): Promise<string | null> {
  const [found] = await session.query(
    `select format('%s, as %s from %s, since %s', coalesce(nullif(a.application_name, ''), 'a client without a name'),
                   a.usename, coalesce(a.client_addr::text, 'the server itself'), a.xact_start) as words
       from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and l.objid::bigint = $1::bigint
        and l.classid = 0 and l.database = (select oid from pg_database where datname = current_database())`,
    [lockKey],
  );
  return found === undefined ? null : String(found.words);
}
