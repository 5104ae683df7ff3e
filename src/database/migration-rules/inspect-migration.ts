import { whyBarred } from './barred-statements.ts';
import { contractLosses } from './contract-losses.ts';
import { faultIn, inFile, type MigrationFault } from './migration-fault.ts';
import type { SqlStatement } from './parse-sql.ts';
import { type ReadScript, readScript } from './read-script.ts';
import { leadingDirectives, loneIndex, type MigrationMode } from './transaction-mode.ts';

export type MigrationInspection =
  | { readonly mode: MigrationMode; readonly statements: readonly SqlStatement[] }
  /** In the order of the file; at least one. */
  | { readonly faults: readonly MigrationFault[] };

/**
 * Reads a migration file before anything of it runs. All its faults are reported at once.
 * Either line end is fine, and so is a file of comments alone. A byte order mark is a fault:
 * psql would pass over it, while any other client sends it to the server, which refuses it.
 * @param name the file's name, for the faults
 * @param text decoded strictly from UTF-8: a lenient decoder would have altered the file unseen
 */
export async function inspectMigration(name: string, text: string): Promise<MigrationInspection> {
  // Blanked out, so that reading goes on behind them with the same offsets.
  const readable = text.replace(/^\uFEFF/, ' ').replaceAll('\0', ' ');
  const script = await readScript(readable);
  const mode = modeOf(name, readable, script);
  const faults = [
    ...characterFaults(name, text),
    ...script.metaCommands.map(({ start, end }) => metaCommandFault(name, readable, start, end)),
    ...script.faults.map((fault) => inFile(name, readable, fault)),
    ...('faults' in mode ? mode.faults : []),
    ...contractLosses(script.parsed).map(({ start, message }) => faultIn(name, readable, start, message)),
  ];
  if (faults.length > 0 || 'faults' in mode) return { faults: faults.sort(byPlace) };
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
  // What could not be read may be the very index: its own fault says enough.
  if (script.faults.length > 0) return { faults: [] };
  const lone = loneIndex(script.parsed);
  return 'refused' in lone ? { faults: [faultIn(file, text, marked.offset, lone.refused)] } : lone;
}

function transactional(
  file: string,
  text: string,
  statements: readonly SqlStatement[],
): MigrationMode | { readonly faults: readonly MigrationFault[] } {
  const faults = statements.flatMap(({ node, start }) => {
    const barred = whyBarred(node);
    if (barred === undefined) return [];
    const lone =
      'IndexStmt' in node ? '; give it a file of its own, headed "-- erp-deploy: no-transaction"' : '';
    return [faultIn(file, text, start, barred + lone)];
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
      : [faultIn(file, text, nul, 'the file holds a NUL character; is it UTF-16? Save it as UTF-8')]),
  ];
}

function metaCommandFault(file: string, text: string, start: number, end: number): MigrationFault {
  const word = /^\\\S*/.exec(text.slice(start, end))?.[0] ?? '\\';
  return faultIn(file, text, start, `${word} is a psql command, not SQL; a migration is plain SQL`);
}

function byPlace(one: MigrationFault, other: MigrationFault): number {
  return one.line - other.line || one.column - other.column;
}
