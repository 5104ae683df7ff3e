import { faultIn, type MigrationFault } from '../migration-fault.ts';

/**
 * Refuses a byte order mark and NUL characters. psql skips a byte order mark, but any other client sends it to the
 * server, which rejects it.
 */
export function characterFaults(file: string, text: string): readonly MigrationFault[] {
  const nul = text.indexOf('\0');
  return [
    ...(text.startsWith('\uFEFF')
      ? [faultIn(file, text, 0, 'the file starts with a byte order mark; save it as UTF-8 without one')]
      : []),
    ...(nul === -1
      ? []
      : [faultIn(file, text, nul, 'the file contains a NUL character; if it is UTF-16, save it as UTF-8')]),
  ];
}
