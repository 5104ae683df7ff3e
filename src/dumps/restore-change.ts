import { dumps } from '../argv/dump.ts';
import { afterRestore, beforeRestore } from '../database/ledger/restore-sql.ts';
import type { CommandChange } from '../domain/change.ts';
import { exitCodes } from '../domain/problem.ts';
import { entriesOf } from './archive.ts';
import { commandAt } from './dump-change.ts';
import type { DumpLocation } from './location.ts';

/**
 * Returns the command that restores a dump in one transaction: if it fails, the database stays as it is.
 * @param name the file name of a stored dump
 * @param schemas the schemas that are dropped, and restored if the dump contains them
 */
export function restoreChange(
  location: DumpLocation,
  name: string,
  schemas: readonly string[],
): CommandChange {
  const statements = { before: beforeRestore(schemas), after: afterRestore, entries: entriesOf(schemas) };
  return commandAt(
    location,
    dumps.restore(location.programs, `${location.folder}/${name}`, statements),
    `drop the schemas ${schemas.join(', ')} of ${location.name} and restore them from ${name}, in one transaction`,
    {
      code: 'ERP-0695',
      what: `${name} could not be restored into ${location.name}.`,
      why: 'The transaction was rolled back: the database is unchanged. The error is below.',
      todo: [
        { text: 'If other clients use the database ("lock timeout"), stop those services and run again.' },
        { text: 'If a role is missing, create it: the roles are beside the dump, in .roles.sql.' },
      ],
      exit: exitCodes.stepFailed,
    },
  );
}
