import type { Database, RandomBytes, SqlTarget } from '../../domain/ports.ts';
import { ProblemError } from '../../domain/problem.ts';
import { DatabaseError, type Session } from '../../domain/session.ts';
import type { SqlChange } from '../../domain/sql-change.ts';
import { setLogins, setServicePassword } from '../authenticator.ts';
import { dropSchemas } from '../drop/drop-schemas.ts';
import { dumpDatabase } from '../drop/dump-database.ts';
import { rebuildSchemas } from '../drop/rebuild-schemas.ts';
import { revertMigrations } from '../drop/revert-migrations.ts';
import { endLeftover } from '../leftovers.ts';
import { recollate } from '../recollate.ts';
import { adoptMigrations, applyMigration } from './apply.ts';
import { ledgerDdl, ledgerHead } from './ledger.ts';
import { defaultLockWaits, type LockWaits } from './lock-waits.ts';
import { alwaysMayCommit, type MayCommit } from './transaction.ts';

interface SqlTargetParts {
  readonly database: Database;
  readonly randomBytes: RandomBytes;
  /** Milliseconds to wait for the ledger's lock; 0 waits without a limit. */
  readonly lockTimeout: number | undefined;
  readonly mayCommit: MayCommit;
  readonly lockWaits: LockWaits;
  readonly allowedRights: readonly string[];
  /** Who is entered into the ledger as the operator. */
  readonly operator: () => Promise<string | undefined>;
}

/**
 * Returns the target through which the executor changes a database.
 * @param waits whether to wait for another session's migration without a limit
 * @param lockWaits how long a migration waits for locks of tables
 * @param mayCommit called right before a commit, if the database rejects a change, and before a change that needs no commit
 * @param allowedRights rights beyond the bounds of our roles that the configuration allows
 * @param operator returns who is entered into the ledger; the server's session user if left out
 */
export function sqlTarget(
  database: Database,
  randomBytes: RandomBytes,
  waits = false,
  mayCommit: MayCommit = alwaysMayCommit,
  lockWaits: LockWaits = defaultLockWaits,
  allowedRights: readonly string[] = [],
  operator: () => Promise<string | undefined> = async () => undefined,
): SqlTarget {
  const lockTimeout = waits ? 0 : undefined;
  const parts = { database, randomBytes, lockTimeout, mayCommit, lockWaits, allowedRights, operator };
  const head = async () =>
    (await database.state()).is === 'present' ? ledgerHead(await changingSession(database)) : null;
  return {
    holds: async (change) => checksItself(change) || (await head()) === change.before.head,
    apply: async (change, onLine) => {
      if (!checksItself(change)) await mayCommit();
      try {
        await perform(parts, change, onLine);
      } catch (error) {
        // If the server or another rollout ended our session while this machine slept, report the lost lock instead of
        // the SQL error.
        const cause = error instanceof ProblemError ? error.cause : error;
        if (cause instanceof DatabaseError) await mayCommit();
        throw error;
      }
    },
  };
}

const changingSession = (database: Database) => (database.changing ?? database).session();

async function perform(
  {
    database,
    randomBytes,
    lockTimeout,
    mayCommit,
    lockWaits: waits,
    allowedRights,
    operator,
  }: SqlTargetParts,
  { operation, before: { head } }: SqlChange,
  onLine?: (line: string) => void,
): Promise<void> {
  const session = () => changingSession(database);
  switch (operation.type) {
    case 'initialise':
      await (await database.create()).script(ledgerDdl);
      return;
    case 'migrate': {
      const by = await operator();
      const how = {
        waits,
        allowedRights,
        ...(by === undefined ? {} : { operator: by }),
        ...(onLine === undefined ? {} : { onLine }),
      };
      await applyMigration(await session(), operation.file, head, lockTimeout, mayCommit, how);
      database.changing?.migrated();
      return;
    }
    case 'dump':
      return dumpDatabase(database, operation.path);
    case 'drop':
    case 'revert':
    case 'rebuild':
      return undoMigrations(await session(), operation, head, mayCommit);
    case 'authenticator':
      return setLogins(await session(), operation.password, randomBytes, mayCommit);
    case 'service-password':
      return setServicePassword(await session(), operation.password, randomBytes, mayCommit);
    case 'recollate':
    case 'end-session':
      return maintain(await session(), operation, mayCommit);
    case 'adopt':
      await adoptMigrations(await session(), operation.files, head, lockTimeout, mayCommit, await operator());
      database.changing?.migrated();
      return;
  }
}

/**
 * Whether a change has no effect before its commit, and checks the ledger's head and the lock until then. A check before
 * it would only cost round trips.
 */
function checksItself({ operation }: SqlChange): boolean {
  return (
    operation.type === 'adopt' || (operation.type === 'migrate' && operation.file.mode === 'transaction')
  );
}

function maintain(
  session: Session,
  operation: Extract<SqlChange['operation'], { type: 'recollate' | 'end-session' }>,
  mayCommit: MayCommit,
): Promise<void> {
  return operation.type === 'recollate'
    ? recollate(session, operation.recollation, mayCommit)
    : endLeftover(session, operation.leftover);
}

function undoMigrations(
  session: Session,
  operation: Extract<SqlChange['operation'], { type: 'drop' | 'revert' | 'rebuild' }>,
  head: string | null,
  mayCommit: MayCommit,
): Promise<void> {
  switch (operation.type) {
    case 'drop':
      return dropSchemas(session, operation.schemas, head, mayCommit);
    case 'revert':
      return revertMigrations(session, operation, head, mayCommit);
    case 'rebuild':
      return rebuildSchemas(session, operation, head, mayCommit);
  }
}
