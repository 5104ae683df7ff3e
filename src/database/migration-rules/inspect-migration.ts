import { isTooDeep, longestStatement, type SqlStatement, tooDeep } from '../sql/parse-sql.ts';
import { readScript } from '../sql/read-script.ts';
import { faultIn, inFile, type MigrationFault } from './migration-fault.ts';
import { characterFaults } from './rules/characters.ts';
import { contractLosses } from './rules/contract-losses.ts';
import { psqlCommandFaults } from './rules/psql-commands.ts';
import { type MigrationMode, transactionMode } from './rules/transaction-mode.ts';
import { undoPartFaults } from './rules/undo-part.ts';

export type MigrationInspection =
  | { readonly mode: MigrationMode; readonly statements: readonly SqlStatement[] }
  /** In the order of the file; at least one. */
  | { readonly faults: readonly MigrationFault[] };

/**
 * Inspects a migration file before it runs, and returns all its faults in one call. LF and CRLF are allowed, and so is
 * a file that contains only comments.
 * @param name the file's name, for the faults
 * @param text decoded strictly from UTF-8: a lenient decoder would alter the file silently
 */
export async function inspectMigration(name: string, text: string): Promise<MigrationInspection> {
  try {
    return await inspect(name, text);
  } catch (error) {
    // The parser can accept an expression whose tree is too deep for the functions that walk it.
    if (!isTooDeep(error)) throw error;
    return { faults: [faultIn(name, text, longestStatement(text), tooDeep)] };
  }
}

async function inspect(name: string, text: string): Promise<MigrationInspection> {
  // Refused characters become spaces, so that the offsets after them stay the same.
  const readable = text.replace(/^\uFEFF/, ' ').replaceAll('\0', ' ');
  const script = await readScript(readable);
  const mode = transactionMode(name, readable, script);
  const faults = [
    ...characterFaults(name, text),
    ...psqlCommandFaults(name, readable, script.metaCommands),
    ...script.faults.map((fault) => inFile(name, readable, fault)),
    ...('faults' in mode ? mode.faults : []),
    ...undoPartFaults(name, readable),
    ...contractLosses(script.parsed).map(({ start, message }) => faultIn(name, readable, start, message)),
  ];
  if (faults.length > 0 || 'faults' in mode) return { faults: faults.sort(byPosition) };
  return { mode, statements: script.parsed };
}

function byPosition(one: MigrationFault, other: MigrationFault): number {
  return one.line - other.line || one.column - other.column;
}
