import type { Author } from '../domain/author.ts';
import type { Database, SqlApplier } from '../domain/ports/database.ts';
import type { RandomBytes } from '../domain/ports/system.ts';
import { ProblemError } from '../domain/problem.ts';
import { DatabaseError, type Session } from '../domain/session.ts';
import { summaryOf } from '../domain/show-change.ts';
import type { MigrationFile, SqlChange } from '../domain/sql-change.ts';
import { setLogins, setServicePassword } from './authenticator.ts';
import type { Catalog } from './catalog/catalog.ts';
import { dropSchemas } from './drop/drop-schemas.ts';
import { dumpDatabase } from './drop/dump-database.ts';
import { rebuildSchemas } from './drop/rebuild-schemas.ts';
import { revertMigrations } from './drop/revert-migrations.ts';
import { adoptMigrations, applyMigration } from './ledger/apply.ts';
import { ledgerDdl, ledgerHead } from './ledger/ledger.ts';
import { defaultLockWaits, type LockWaits } from './ledger/lock-waits.ts';
import { makeChangesTable } from './ledger/recorded-changes.ts';
import { notRecorded, type Recording, recordingOf as recorded } from './ledger/rollout-changes.ts';
import { alwaysMayCommit, type MayCommit } from './ledger/transaction.ts';
import { endLeftover } from './leftovers.ts';
import { recollate } from './recollate.ts';
import { rehearse, removeLeftover } from './rehearsal/rehearse.ts';
import { updateExtension } from './update-extension.ts';

/** How migrations are applied and rehearsed. */
export interface MigrationSettings {
  /** How long a migration waits for locks of tables. */
  readonly lockWaits?: LockWaits;
  /** Rights beyond the bounds of our roles that the configuration allows. */
  readonly allowedRights?: readonly string[];
  /** Returns the catalog that files create, with which a rehearsal is compared. */
  expected?(files: readonly MigrationFile[]): Promise<Catalog>;
  /** Returns who makes the changes; if left out, they are not recorded in the database. */
  readonly author?: () => Promise<Author | undefined>;
}

const noAuthor = async () => undefined;
const noCatalogs = () => Promise.reject(new Error('no expected catalogs for a rehearsal'));

interface SqlApplierParts extends Required<MigrationSettings> {
  readonly database: Database;
  readonly randomBytes: RandomBytes;
  /** Milliseconds to wait for the ledger's lock; 0 waits without a limit. */
  readonly lockTimeout: number | undefined;
  readonly mayCommit: MayCommit;
}

/**
 * Returns what applies every kind of SQL change to a database, for the executor.
 * @param waits whether to wait for another session's migration without a limit
 * @param mayCommit throws if this run no longer holds its locks; called right before a commit, after the database
 * rejected a change, and before a change that needs no commit
 */
export function sqlApplier(
  database: Database,
  randomBytes: RandomBytes,
  waits = false,
  mayCommit: MayCommit = alwaysMayCommit,
  {
    lockWaits = defaultLockWaits,
    allowedRights = [],
    expected = noCatalogs,
    author = noAuthor,
  }: MigrationSettings = {},
): SqlApplier {
  const lockTimeout = waits ? 0 : undefined;
  const parts = {
    database,
    randomBytes,
    lockTimeout,
    mayCommit,
    lockWaits,
    allowedRights,
    expected,
    author,
  };
  const head = async () =>
    (await database.state()).is === 'present' ? ledgerHead(await changingSession(database)) : null;
  return {
    holds: async (change) => checksItself(change) || (await head()) === change.before.head,
    apply: async (change, onLine = () => undefined) => {
      if (!checksItself(change)) await mayCommit();
      try {
        await applySqlChange(parts, change, onLine);
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

async function applySqlChange(
  {
    database,
    randomBytes,
    lockTimeout,
    mayCommit,
    lockWaits: waits,
    allowedRights,
    author,
    expected,
  }: SqlApplierParts,
  change: SqlChange,
  onLine: (line: string) => void,
): Promise<void> {
  const session = () => changingSession(database);
  const { head } = change.before;
  const { operation } = change;
  const record = await recordingOf(author, change);
  const how = { waits, allowedRights, onLine };
  switch (operation.type) {
    case 'initialise':
      await (await database.create()).script(ledgerDdl);
      return;
    case 'migrate':
      await applyMigration(await session(), operation.file, head, lockTimeout, mayCommit, { ...how, record });
      database.changing?.migrated();
      return;
    case 'dump':
      return dumpDatabase(database, operation.path);
    case 'drop':
    case 'revert':
    case 'rebuild':
      return undoMigrations(await session(), operation, head, mayCommit, record.entry);
    case 'authenticator':
      return setLogins(await session(), operation.password, randomBytes, mayCommit, record.entry);
    case 'service-password':
      return setServicePassword(await session(), operation.password, randomBytes, mayCommit, record.entry);
    case 'recollate':
    case 'update-extension':
    case 'end-session':
    case 'record-changes':
      return maintain(await session(), operation, head, mayCommit, record.entry);
    case 'rehearse':
      return rehearse(await session(), operation.rehearsal, {
        beside: besideOf(database),
        expected,
        mayCommit,
        ...how,
      });
    case 'end-rehearsal':
      return removeLeftover(await session(), operation.scratch);
    case 'adopt':
      await adoptMigrations(await session(), operation.files, head, lockTimeout, mayCommit, record);
      database.changing?.migrated();
      return;
  }
}

/** Returns how the database records a change. */
async function recordingOf(author: SqlApplierParts['author'], change: SqlChange): Promise<Recording> {
  const by = await author();
  return by === undefined ? notRecorded : recorded(by, summaryOf(change));
}

const besideOf =
  ({ beside }: Database) =>
  (name: string): Promise<Session> => {
    if (beside === undefined) throw new Error('a rehearsal needs a server');
    return beside(name);
  };

/**
 * Whether a change has no effect before its commit, and itself checks the ledger's head and the lock by then. An
 * earlier check would only cost round trips.
 */
function checksItself({ operation }: SqlChange): boolean {
  return (
    operation.type === 'adopt' || (operation.type === 'migrate' && operation.file.mode === 'transaction')
  );
}

function maintain(
  session: Session,
  operation: Extract<
    SqlChange['operation'],
    { type: 'recollate' | 'update-extension' | 'end-session' | 'record-changes' }
  >,
  head: string | null,
  mayCommit: MayCommit,
  entry: string,
): Promise<void> {
  switch (operation.type) {
    case 'recollate':
      return recollate(session, operation.recollation, mayCommit, entry);
    case 'update-extension':
      return updateExtension(session, operation.extension, mayCommit, entry);
    case 'end-session':
      return endLeftover(session, operation.leftover);
    case 'record-changes':
      return makeChangesTable(session, head, mayCommit, entry);
  }
}

function undoMigrations(
  session: Session,
  operation: Extract<SqlChange['operation'], { type: 'drop' | 'revert' | 'rebuild' }>,
  head: string | null,
  mayCommit: MayCommit,
  entry: string,
): Promise<void> {
  switch (operation.type) {
    case 'drop':
      return dropSchemas(session, operation.schemas, head, mayCommit);
    case 'revert':
      return revertMigrations(session, operation, head, mayCommit, entry);
    case 'rebuild':
      return rebuildSchemas(session, operation, head, mayCommit, entry);
  }
}
