import { faultAt, type SqlFault } from '../sql/parse-sql.ts';
import type { TextPosition } from '../sql/text-position.ts';

/** Something that a migration file must not contain, with its position. */
export interface MigrationFault extends TextPosition {
  /** The file's name as it was given. */
  readonly file: string;
  readonly message: string;
  /** The line with the lines around it, and a caret. */
  readonly excerpt: readonly string[];
}

/** Turns a parser's fault into one of a file; adds a hint if psql would have accepted the text. */
export function inFile(file: string, text: string, fault: SqlFault): MigrationFault {
  const { line, column, excerpt } = fault;
  return { file, line, column, message: fault.message + psqlVariableHint(text, fault.offset), excerpt };
}

export function faultIn(file: string, text: string, offset: number, message: string): MigrationFault {
  const { line, column, excerpt } = faultAt(text, offset, message);
  return { file, line, column, message, excerpt };
}

/** psql replaces `:name` by the value of a variable before it sends the text to the server. */
function psqlVariableHint(text: string, offset: number): string {
  return /^:['"{A-Za-z_]/.test(text.slice(offset, offset + 2))
    ? ' (a psql variable is not filled in here: write the value itself)'
    : '';
}
