import type { Database, RandomBytes, SqlTarget } from '../../domain/ports.ts';
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
 * @param mayCommit asked before a change begins, and again right before it is committed
 */
export function sqlTarget(
  database: Database,
  randomBytes: RandomBytes,
  waits = false,
  mayCommit: MayCommit = freely,
): SqlTarget {
  const patience = waits ? 0 : undefined;
  const session = () => (database.changing ?? database).session();
  return {
    head: async () => ((await database.state()).is === 'present' ? ledgerHead(await session()) : null),
    apply: async ({ operation, before }) => {
      await mayCommit();
      switch (operation.type) {
        case 'initialise':
          await (await database.create()).script(ledgerDdl);
          return;
        case 'migrate':
          await applyMigration(await session(), operation.file, before.head, patience, mayCommit);
          database.changing?.migrated();
          return;
        case 'dump':
          return dumpDatabase(database, operation.path);
        case 'drop':
          return dropSchemas(await session(), operation.schemas, before.head, mayCommit);
        case 'authenticator':
          return setAuthenticator(await session(), scramVerifier(operation.password, randomBytes), mayCommit);
        case 'end-session':
          return endLeftover(await session(), operation.leftover);
        case 'adopt':
          await adoptMigrations(await session(), operation.files, before.head, patience, mayCommit);
          database.changing?.migrated();
          return;
      }
    },
  };
}
