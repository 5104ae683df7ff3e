import script from '../../assets/remote/dump.sh';
import { type Command, scriptCommand } from '../domain/shell-script.ts';

/** The folder of dumps, relative to the deployment's folder or the workspace. */
export const dumpFolder = '.erp-deploy/dumps';

/**
 * Where PostgreSQL's programs run: in the database's container, or on this machine with the server in their
 * environment.
 */
export type Programs =
  | { readonly in: 'container'; readonly container: string; readonly user: string; readonly database: string }
  | { readonly in: 'environment' };

/** Seconds between two reports of progress. */
const reportEvery = 20;

function dump(
  action: 'make' | 'list' | 'read-back' | 'restore',
  seconds: number,
  programs: Programs,
  ...rest: readonly string[]
): Command {
  const location =
    programs.in === 'environment'
      ? ['environment']
      : ['container', programs.container, programs.user, programs.database];
  return scriptCommand('dump.sh', script, [action, `${seconds}`, ...location, ...rest]);
}

/** Only superusers may read the passwords of roles. On a managed server, the operator is not a superuser. */
const rolesOption = (programs: Programs) => (programs.in === 'container' ? '' : '--no-role-passwords');

/** Commands for dumps of a database: assets/remote/dump.sh. Long-running ones report their progress on stderr. */
export const dumps = {
  /**
   * Makes a dump and a file of the roles, with mode 0600, and removes the oldest dumps. Prints the path of the dump.
   * @param keep the name of a dump that is never removed
   */
  make: (programs: Programs, folder: string, keep = '', seconds = reportEvery): Command =>
    dump('make', seconds, programs, folder, keep, rolesOption(programs)),
  /** Prints the entries of a dump, after a heading with the name of its database. Fails if the file is not a dump. */
  list: (programs: Programs, file: string): Command => dump('list', reportEvery, programs, file),
  /** Reads a dump to its end. Fails if it is truncated. */
  readBack: (programs: Programs, file: string, seconds = reportEvery): Command =>
    dump('read-back', seconds, programs, file),
  /**
   * Restores a dump in one transaction.
   * @param before SQL at the start of the transaction
   * @param after SQL that ends the transaction
   * @param entries a POSIX extended regular expression for the entries that are restored, matched against `list`'s lines
   * @param meanwhile `folder` gets a dump of the present state first; the container `api` is stopped until the end
   */
  restore: (
    programs: Programs,
    file: string,
    { before, after, entries }: { readonly before: string; readonly after: string; readonly entries: string },
    { folder = '', api = '' }: { readonly folder?: string; readonly api?: string } = {},
    seconds = reportEvery,
  ): Command =>
    dump('restore', seconds, programs, file, before, after, entries, folder, rolesOption(programs), api),
  /** Prints the version of a PostgreSQL program, such as `pg_dump (PostgreSQL) 17.6`. */
  version: (program: 'pg_dump' | 'pg_restore'): readonly [string, ...string[]] => [program, '--version'],
} as const;
