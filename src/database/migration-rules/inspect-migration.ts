import { whyBarred } from './barred-statements.ts';
import { contractLosses } from './contract-losses.ts';
import { faultIn, inFile, type MigrationFault } from './migration-fault.ts';
import { isTooDeep, longestStatement, type SqlStatement, tooDeep } from './parse-sql.ts';
import { type ReadScript, readScript } from './read-script.ts';
import { leadingDirectives, type MigrationMode, singleIndex } from './transaction-mode.ts';
import { undoPartFaults } from './undo-part.ts';

export type MigrationInspection =
  | { readonly mode: MigrationMode; readonly statements: readonly SqlStatement[] }
  /** In the order of the file; at least one. */
  | { readonly faults: readonly MigrationFault[] };

/**
 * Inspects a migration file before it runs, and returns all its faults at once. Both line ends are allowed, and so is a
 * file that contains only comments. A byte order mark is a fault: psql skips it, but any other client sends it to the
 * server, which rejects it.
 * @param name the file's name, for the faults
 * @param text decoded strictly from UTF-8: a lenient decoder would alter the file silently
 */
export async function inspectMigration(name: string, text: string): Promise<MigrationInspection> {
  try {
    return await inspect(name, text);
  } catch (error) {
    // The parser may read an expression that is too deep for what walks its tree.
    if (!isTooDeep(error)) throw error;
    return { faults: [faultIn(name, text, longestStatement(text), tooDeep)] };
  }
}

async function inspect(name: string, text: string): Promise<MigrationInspection> {
  // Replaced by spaces, so that the offsets after them stay the same.
  const readable = text.replace(/^\uFEFF/, ' ').replaceAll('\0', ' ');
  const script = await readScript(readable);
  const mode = modeOf(name, readable, script);
  const faults = [
    ...characterFaults(name, text),
    ...script.metaCommands.map(({ start, end }) => metaCommandFault(name, readable, start, end)),
    ...script.faults.map((fault) => inFile(name, readable, fault)),
    ...('faults' in mode ? mode.faults : []),
    ...undoPartFaults(name, readable),
    ...contractLosses(script.parsed).map(({ start, message }) => faultIn(name, readable, start, message)),
  ];
  if (faults.length > 0 || 'faults' in mode) return { faults: faults.sort(byPosition) };
  return { mode, statements: script.parsed };
}

function modeOf(
  file: string,
  text: string,
  script: ReadScript,
): MigrationMode | { readonly faults: readonly MigrationFault[] } {
  const directives = leadingDirectives(text);
  const unknown = directives.find(({ word }) => word !== 'no-transaction');
  if (unknown !== undefined) {
    const message = `unknown directive "${unknown.word}"; the only one is "-- erp-deploy: no-transaction"`;
    return { faults: [faultIn(file, text, unknown.offset, message)] };
  }
  const [marked] = directives;
  if (marked === undefined) return transactional(file, text, script.parsed);
  // The statement that cannot be read may be the index, and is reported already.
  if (script.faults.length > 0) return { faults: [] };
  const mode = singleIndex(script.parsed);
  return 'refused' in mode ? { faults: [faultIn(file, text, marked.offset, mode.refused)] } : mode;
}

function transactional(
  file: string,
  text: string,
  statements: readonly SqlStatement[],
): MigrationMode | { readonly faults: readonly MigrationFault[] } {
  const faults = statements.flatMap(({ node, start }) => {
    const barred = whyBarred(node);
    if (barred === undefined) return [];
    const hint =
      'IndexStmt' in node
        ? '; put it into a file of its own that begins with "-- erp-deploy: no-transaction"'
        : '';
    return [faultIn(file, text, start, barred + hint)];
  });
  return faults.length > 0 ? { faults } : { mode: 'transaction' };
}

function characterFaults(file: string, text: string): MigrationFault[] {
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

function metaCommandFault(file: string, text: string, start: number, end: number): MigrationFault {
  const word = /^\\\S*/.exec(text.slice(start, end))?.[0] ?? '\\';
  return faultIn(file, text, start, `${word} is a psql command, not SQL; a migration is plain SQL`);
}

function byPosition(one: MigrationFault, other: MigrationFault): number {
  return one.line - other.line || one.column - other.column;
}
