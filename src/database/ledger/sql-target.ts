import type { Database, RandomBytes, SqlTarget } from '../../domain/ports.ts';
import { ProblemError } from '../../domain/problem.ts';
import { DatabaseError } from '../../domain/session.ts';
import type { SqlChange } from '../../domain/sql-change.ts';
import { scramVerifier, setAuthenticator } from '../authenticator.ts';
import { dropSchemas } from '../drop/drop-schemas.ts';
import { dumpDatabase } from '../drop/dump-database.ts';
import { endLeftover } from '../leftovers.ts';
import { adoptMigrations, applyMigration } from './apply.ts';
import { ledgerDdl, ledgerHead } from './ledger.ts';
import { freely, type MayCommit } from './transaction.ts';

/**
 * A database, as the executor changes it.
 * @param waits whether somebody else's migration is waited for, however long it takes
 * @param mayCommit asked before a change begins, right before it is committed, and when the database refuses it
 */
export function sqlTarget(
  database: Database,
  randomBytes: RandomBytes,
  waits = false,
  mayCommit: MayCommit = freely,
): SqlTarget {
  const patience = waits ? 0 : undefined;
  const session = () => (database.changing ?? database).session();
  const perform = async ({ operation, before: { head } }: SqlChange): Promise<void> => {
    switch (operation.type) {
      case 'initialise':
        await (await database.create()).script(ledgerDdl);
        return;
      case 'migrate':
        await applyMigration(await session(), operation.file, head, patience, mayCommit);
        database.changing?.migrated();
        return;
      case 'dump':
        return dumpDatabase(database, operation.path);
      case 'drop':
        return dropSchemas(await session(), operation.schemas, head, mayCommit);
      case 'authenticator':
        return setAuthenticator(await session(), scramVerifier(operation.password, randomBytes), mayCommit);
      case 'end-session':
        return endLeftover(await session(), operation.leftover);
      case 'adopt':
        await adoptMigrations(await session(), operation.files, head, patience, mayCommit);
        database.changing?.migrated();
        return;
    }
  };
  return {
    head: async () => ((await database.state()).is === 'present' ? ledgerHead(await session()) : null),
    apply: async (change) => {
      await mayCommit();
      try {
        await perform(change);
      } catch (error) {
        // Of whoever slept, the server or another roll-out has ended the session: that it may change nothing any more
        // is what is to be told.
        const refused = error instanceof ProblemError ? error.cause : error;
        if (refused instanceof DatabaseError) await mayCommit();
        throw error;
      }
    },
  };
}
