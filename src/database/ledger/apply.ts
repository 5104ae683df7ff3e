import { ProblemError } from '../../domain/problem.ts';
import { DatabaseError, type Session } from '../../domain/session.ts';
import type { MigrationFile } from '../../domain/sql-change.ts';
import { withLineFeeds } from '../checksum.ts';
import { excessesIn, excessQuery } from '../role-bounds.ts';
import { throwIfLocked, withAttempts } from './attempts.ts';
import { ledgerSchema } from './ledger.ts';
import { literal } from './literal.ts';
import { defaultLockWaits, type LockWaits } from './lock-waits.ts';
import { commitFailed, migrationFailed } from './problems.ts';
import { beyondBounds } from './rights-problems.ts';
import { notRecorded, type Recording } from './rollout-changes.ts';
import {
  alwaysMayCommit,
  checkDeferred,
  defaultLockTimeout,
  inLedgerTransaction,
  type MayCommit,
  notifyPostgrest,
  resetSession,
  transactionTimeouts,
} from './transaction.ts';

/** How a migration waits for locks of tables, and what it reports about it. */
export interface HowToWait {
  readonly waits?: LockWaits;
  /** Receives a line for each attempt that failed. */
  readonly onLine?: (line: string) => void;
  /** Rights beyond the bounds of our roles that the configuration allows. */
  readonly allowedRights?: readonly string[];
  /** What is recorded about the migration besides its row in the ledger. */
  readonly record?: Recording;
}

/**
 * Applies one migration and adds it to the ledger, in one transaction (a no-transaction file runs before that
 * transaction). The step later reads the ledger on a new connection.
 * @param head the head of the ledger when the change was confirmed
 * @param lockTimeout milliseconds to wait for the ledger's lock; 0 waits without a limit
 * @throws ProblemError if the server rejects the file (with the line), other sessions hold locks that it needs, or
 * another rollout holds the ledger (exit 6); PreconditionFailed if the ledger changed after the confirmation
 */
export async function applyMigration(
  session: Session,
  file: MigrationFile,
  head: string | null,
  lockTimeout: number = defaultLockTimeout,
  mayCommit: MayCommit = alwaysMayCommit,
  {
    waits = defaultLockWaits,
    onLine = () => undefined,
    allowedRights = [],
    record = notRecorded,
  }: HowToWait = {},
): Promise<void> {
  const since = performance.now();
  const timeouts = transactionTimeouts(waits.milliseconds);
  if (file.mode === 'transaction') {
    let isChecked = false;
    const act = async () => {
      isChecked = false;
      await runFile(session, file);
      const asked = Date.now();
      const check = mayCommit();
      check.catch(() => undefined);
      await withFileName(file, async () => {
        const entry = entryOf(file, performance.now() - since, false, record);
        // The rights are read last. If the file leaves too many, its ledger row is rolled back together with the file.
        const ending = `${resetSession} ${timeouts} ${checkDeferred} ${entry} ${record.entry} ${lastOf(session)} ${excessQuery}`;
        const excesses = excessesIn((await session.script(ending)).at(-1) ?? [], allowedRights);
        if (excesses.length > 0) throw new ProblemError(beyondBounds(file, excesses));
      });
      await check;
      isChecked = Date.now() - asked < stillHolds;
    };
    const checkAgain = () => (isChecked ? Promise.resolve() : mayCommit());
    await withAttempts(session, file, waits, onLine, () =>
      inLedgerTransaction(session, head, lockTimeout, act, checkAgain, timeouts),
    );
  } else {
    await buildIndex(session, file);
    const act = async () => {
      await session.script(
        `${entryOf(file, performance.now() - since, false, record)} ${record.entry} ${lastOf(session)}`,
      );
    };
    await inLedgerTransaction(session, head, lockTimeout, act, mayCommit);
  }
}

/**
 * Adds files to the ledger whose objects already exist. The files were compared with the database and confirmed before.
 */
export async function adoptMigrations(
  session: Session,
  files: readonly MigrationFile[],
  head: string | null,
  lockTimeout: number = defaultLockTimeout,
  mayCommit: MayCommit = alwaysMayCommit,
  record: Recording = notRecorded,
): Promise<void> {
  const act = async () => {
    await session.script(
      `${files.map((file) => entryOf(file, 0, true, record)).join('\n')} ${record.entry} ${lastOf(session)}`,
    );
  };
  await inLedgerTransaction(session, head, lockTimeout, act, mayCommit);
}

/**
 * Milliseconds for which a lock check made together with the ledger's insert stays valid, which saves a round trip.
 * (Deferred constraints can make the insert slow.) If this machine sleeps after the check, the server ends the
 * transaction long before another rollout can take over the lock.
 */
const stillHolds = 2_000;

async function runFile(session: Session, file: MigrationFile): Promise<void> {
  try {
    await session.script(withLineFeeds(file.text));
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    // A no-transaction file runs with the session's own timeout, and may leave an index behind.
    if (file.mode === 'transaction') throwIfLocked(error, error.fault.completed ?? null);
    throw new ProblemError(migrationFailed(file, error.fault), { cause: error });
  }
}

/** Names the file if its result cannot be committed, for example because a deferred constraint rejects rows. */
async function withFileName(file: MigrationFile, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    throwIfLocked(error, null);
    throw new ProblemError(commitFailed(file, error.fault), { cause: error });
  }
}

/**
 * Builds the index of a no-transaction file. If an earlier attempt left an index of this name, an invalid one is
 * dropped first, and a valid one is kept, since only its ledger row is missing (the validation compares it).
 */
async function buildIndex(session: Session, file: MigrationFile): Promise<void> {
  if (file.index !== undefined) {
    const [index] = await session.query(
      `select i.indisvalid as valid, format('%I.%I', n.nspname, c.relname) as name
         from pg_catalog.pg_index i
         join pg_catalog.pg_class c on c.oid = i.indexrelid
         join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         join pg_catalog.pg_class t on t.oid = i.indrelid
        where n.nspname = $1 and c.relname = $2 and t.relname = $3`,
      [file.index.schema, file.index.name, file.index.table],
    );
    if (index?.valid === true) return;
    if (index !== undefined) await session.script(`drop index concurrently ${String(index.name)}`);
  }
  await runFile(session, file);
}

/** Returns the statement that adds a file to the ledger. */
function entryOf(
  { name, checksum, text }: MigrationFile,
  milliseconds: number,
  adopted: boolean,
  { appliedBy }: Recording,
): string {
  const by = appliedBy === null ? 'session_user' : literal(appliedBy);
  return `insert into ${ledgerSchema}.migrations (name, checksum, body, duration_ms, adopted, applied_by)
    values (${literal(name)}, ${literal(checksum)}, ${literal(text)}, ${Math.round(milliseconds)}, ${adopted}, ${by});`;
}

/** The last statements before a commit. The reset after a file has also reset the settings of the session. */
const lastOf = ({ settings = '' }: Session) => `${notifyPostgrest}; ${settings}`;
