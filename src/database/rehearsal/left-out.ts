import type { ProblemError } from '../../domain/problem.ts';
import { DatabaseError } from '../../domain/session.ts';
import type { MigrationFile } from '../../domain/sql-change.ts';

/**
 * SQLSTATEs of names that do not exist: undefined column, function, table, object and parameter, and schema.
 * Source: https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const undefinedNames: ReadonlySet<string> = new Set(['42703', '42883', '42P01', '42704', '42P02', '3F000']);

/**
 * Returns the name of the file that a failed one needs, if it is left out of the rehearsal: the server misses a name that
 * this file mentions. Returns null if the failure has another cause.
 */
export function needsLeftOut({ cause }: ProblemError, leftOut: readonly MigrationFile[]): string | null {
  if (!(cause instanceof DatabaseError) || !undefinedNames.has(cause.fault.code)) return null;
  const missing = missingName(cause.fault.message)?.toLowerCase();
  if (missing === undefined) return null;
  const words = (text: string) => text.toLowerCase().split(/[^\p{L}\p{N}_$]+/u);
  return leftOut.find(({ text }) => words(text).includes(missing))?.name ?? null;
}

/** Returns the last part of the first name in a message such as `relation "erp.x" does not exist`. */
function missingName(message: string): string | undefined {
  const [, quoted, called] = /"([^"]+)"|([\w.$]+)\(/.exec(message) ?? [];
  return (quoted ?? called)?.split('.').at(-1);
}
