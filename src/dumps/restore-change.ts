import { dumps } from '../argv/dump.ts';
import { afterRestore, beforeRestore } from '../database/ledger/restore-sql.ts';
import type { CommandChange } from '../domain/change.ts';
import { exitCodes } from '../domain/problem.ts';
import { entriesOf } from './archive.ts';
import { commandAt } from './dump-change.ts';
import type { DumpLocation } from './location.ts';

/**
 * Brings a dump back in one transaction: all of it, or the database stays as it is.
 * @param name of a dump that is kept there
 * @param schemas that are dropped, and come back as far as the dump has them
 */
export function restoreChange(
  location: DumpLocation,
  name: string,
  schemas: readonly string[],
): CommandChange {
  const words = { before: beforeRestore(schemas), after: afterRestore, entries: entriesOf(schemas) };
  return commandAt(
    location,
    dumps.restore(location.programs, `${location.folder}/${name}`, words),
    `drop the schemas ${schemas.join(', ')} of ${location.name}, and bring them back from ${name}, in one transaction`,
    {
      code: 'ERP-0695',
      what: `${name} was not brought back into ${location.name}.`,
      why: 'Its transaction was rolled back: the database is as it was before. What went wrong is below.',
      todo: [
        'Where somebody uses the database ("lock timeout"), stop the services and start again.',
        'Where a role is missing, make it: the roles lie beside the dump, in .roles.sql.',
      ],
      exit: exitCodes.stepFailed,
    },
  );
}
