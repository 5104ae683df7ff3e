import { faultAt, type SqlFault } from './parse-sql.ts';
import type { Place } from './place.ts';

/** Something that may not stand in a migration file, and where it stands. */
export interface MigrationFault extends Place {
  /** The file's name as it was given. */
  readonly file: string;
  readonly message: string;
  /** The line, its neighbours and a caret. */
  readonly excerpt: readonly string[];
}

/** A fault of a file from one of a text; PostgreSQL's words get psql's reading where psql would differ. */
export function inFile(file: string, text: string, fault: SqlFault): MigrationFault {
  const { line, column, excerpt } = fault;
  return { file, line, column, message: fault.message + psqlVariableHint(text, fault.offset), excerpt };
}

export function faultIn(file: string, text: string, offset: number, message: string): MigrationFault {
  const { line, column, excerpt } = faultAt(text, offset, message);
  return { file, line, column, message, excerpt };
}

/** `:name` is psql's: it would fill in a variable before the server ever saw the text. */
function psqlVariableHint(text: string, offset: number): string {
  return /^:['"{A-Za-z_]/.test(text.slice(offset, offset + 2))
    ? ' (a psql variable is not filled in here: write the value itself)'
    : '';
}
