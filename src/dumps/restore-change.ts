import { dumps } from '../argv/dump.ts';
import { afterRestore, beforeRestore } from '../database/ledger/restore-sql.ts';
import type { Author } from '../domain/author.ts';
import type { CommandChange } from '../domain/change.ts';
import { exitCodes } from '../domain/problem.ts';
import { entriesOf } from './archive.ts';
import { commandAt } from './dump-change.ts';
import type { DumpLocation } from './location.ts';

/**
 * Returns the command that restores a dump in one transaction: if it fails, the database stays as it is. Our API is
 * stopped until it has ended.
 * @param name the file name of a stored dump
 * @param schemas the schemas that are dropped, and restored if the dump contains them
 * @param hasRows whether the present state is dumped first
 * @param author whom the table of changes names
 */
export function restoreChange(
  location: DumpLocation,
  name: string,
  schemas: readonly string[],
  hasRows: boolean,
  author: Author,
): CommandChange {
  const { programs, folder, api = '' } = location;
  const statements = {
    before: beforeRestore(schemas),
    after: afterRestore(author, `restore ${name}`),
    entries: entriesOf(schemas),
  };
  const stop = api === '' ? '' : `stop ${api}, `;
  const dump = hasRows ? `dump the present state into ${folder} and read it back, ` : '';
  const start = api === '' ? '' : `, and start ${api} again`;
  const change = commandAt(
    location,
    dumps.restore(programs, `${folder}/${name}`, statements, { folder: hasRows ? folder : '', api }),
    `${stop}${dump}drop the schemas ${schemas.join(', ')} of ${location.name} and restore them from ${name}, in one transaction${start}`,
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
  return { ...change, effect: 'removes' };
}
