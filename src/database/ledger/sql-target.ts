import type { LocalDatabase, SqlTarget } from '../../domain/ports.ts';
import { adoptMigrations, applyMigration } from './apply.ts';
import { ledgerDdl, ledgerHead } from './ledger.ts';

/** The embedded database, as the executor changes it. */
export function sqlTarget(database: LocalDatabase): SqlTarget {
  return {
    head: async () =>
      (await database.state()).is === 'present' ? ledgerHead(await database.session()) : null,
    apply: async ({ operation, before }) => {
      switch (operation.type) {
        case 'initialise':
          await (await database.create()).script(ledgerDdl);
          return;
        case 'migrate':
          return applyMigration(await database.session(), operation.file, before.head);
        case 'adopt':
          return adoptMigrations(await database.session(), operation.files, before.head);
      }
    },
  };
}
