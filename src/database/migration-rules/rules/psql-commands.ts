import type { Span } from '../../sql/split-script.ts';
import { faultIn, type MigrationFault } from '../migration-fault.ts';

/** Refuses the meta-commands of psql, such as `\i`: the server does not know them. */
export function psqlCommandFaults(
  file: string,
  text: string,
  metaCommands: readonly Span[],
): readonly MigrationFault[] {
  return metaCommands.map(({ start, end }) => {
    const word = /^\\\S*/.exec(text.slice(start, end))?.[0] ?? '\\';
    return faultIn(file, text, start, `${word} is a psql command, not SQL; a migration is plain SQL`);
  });
}
