import script from '../../assets/remote/scratch.sh';
import { type Command, scriptCommand } from '../domain/shell-script.ts';
import type { Programs } from './dump.ts';

function scratch(action: 'compare' | 'count', programs: Programs, ...rest: readonly string[]): Command {
  const location =
    programs.in === 'environment'
      ? ['environment']
      : ['container', programs.container, programs.user, programs.database];
  return scriptCommand('scratch.sh', script, [action, ...location, ...rest]);
}

/** Commands that find out what restoring a dump would cost: assets/remote/scratch.sh. */
export const scratchCommands = {
  /**
   * Restores a dump into a scratch database, compares the rows with the live ones, and drops it.
   * @param schemas the schemas whose rows are compared
   * @param entries a POSIX extended regular expression for the entries that a restore restores
   */
  compare: (programs: Programs, file: string, schemas: readonly string[], entries: string): Command => {
    const names = schemas.map((name) => `'${name.replaceAll("'", "''")}'`).join(', ');
    return scratch('compare', programs, file, names, entries);
  },
  /** Prints the number of rows of each table in a dump. */
  count: (programs: Programs, file: string): Command => scratch('count', programs, file),
} as const;
