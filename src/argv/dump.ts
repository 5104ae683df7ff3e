import script from '../../assets/remote/dump.sh';
import { type Command, scriptCommand } from '../domain/shell-script.ts';

/** Where dumps are, in the folder of the deployment, or of the workspace. */
export const dumpFolder = '.erp-deploy/dumps';

/** Where PostgreSQL's programs run: in the container of the database, or here, with the server in their environment. */
export type Programs =
  | { readonly in: 'container'; readonly container: string; readonly user: string; readonly database: string }
  | { readonly in: 'environment' };

/** Seconds between two reports of progress. */
const reportEvery = 20;

function dump(
  action: 'make' | 'list' | 'read-back' | 'restore',
  seconds: number,
  programs: Programs,
  ...words: readonly string[]
): Command {
  const where =
    programs.in === 'environment'
      ? ['environment']
      : ['container', programs.container, programs.user, programs.database];
  return scriptCommand('dump.sh', script, [action, `${seconds}`, ...where, ...words]);
}

/** Returns whether a journal names the command that makes a dump by these words; earlier versions named its script. */
export function makesDump(words: string): boolean {
  return / dump\.sh \d+ make /.test(words) || words.includes('pg pg_dump --no-password --format=custom');
}

/** Commands for dumps of a database: assets/remote/dump.sh. Those that take long report their progress on stderr. */
export const dumps = {
  /**
   * Makes one, with its roles beside it, mode 0600, and removes the oldest. Prints its path.
   * @param keep the name of a dump that stays whatever its age
   */
  make: (programs: Programs, folder: string, keep = '', seconds = reportEvery): Command => {
    // Only superusers may read the passwords of roles, and on a managed server the operator is none.
    const roles = programs.in === 'container' ? '' : '--no-role-passwords';
    return dump('make', seconds, programs, folder, keep, roles);
  },
  /** Prints its entries, after a heading with the name of its database. Fails if the file is not a dump. */
  list: (programs: Programs, file: string): Command => dump('list', reportEvery, programs, file),
  /** Reads it to its end. Fails if it is cut off. */
  readBack: (programs: Programs, file: string, seconds = reportEvery): Command =>
    dump('read-back', seconds, programs, file),
  /**
   * Restores it in one transaction.
   * @param before SQL that comes first in the transaction
   * @param after SQL that ends it
   * @param entries which lines of its list are restored, as a POSIX extended regular expression
   */
  restore: (
    programs: Programs,
    file: string,
    { before, after, entries }: { readonly before: string; readonly after: string; readonly entries: string },
    seconds = reportEvery,
  ): Command => dump('restore', seconds, programs, file, before, after, entries),
  /** Prints the version of a program of PostgreSQL's, such as `pg_dump (PostgreSQL) 17.6`. */
  version: (program: 'pg_dump' | 'pg_restore'): readonly [string, ...string[]] => [program, '--version'],
} as const;
