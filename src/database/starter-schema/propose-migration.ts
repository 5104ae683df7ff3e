import { quotedName } from '../migration-rules/quoted-name.ts';
import type { StarterComparison } from './compare.ts';
import type { StarterIndex } from './read-objects.ts';

/** PostgreSQL cuts longer names, in bytes. */
const longestName = 63;

/**
 * A migration that adds the starter's indexes which ours lacks; undefined where it lacks none.
 * Differing types are named in comments only: to change one rewrites the table, and may lose data.
 */
export function proposeMigration({ lacking, types, takenNames }: StarterComparison): string | undefined {
  if (lacking.length === 0) return undefined;
  const taken = new Set(takenNames);
  const statements = lacking.map((index) => {
    const name = freeName(index, taken);
    taken.add(name);
    return statementOf(index, name);
  });
  const differences = types.map(
    ({ table, column, starter, ours }) =>
      `--   ${table}.${column}: ${starter} in the starter, ${ours} here\n`,
  );
  return [
    '-- Indexes of the starter schema that the migrations before this one do not have.\n',
    ...(differences.length === 0 ? [] : ['-- Column types that differ, left as they are:\n', ...differences]),
    '\n',
    statements.join('\n'),
  ].join('');
}

/** CONCURRENTLY and IF NOT EXISTS are left out: a migration is a transaction, and must not skip in silence. */
function statementOf({ table, shape, tail, line }: StarterIndex, name: string): string {
  const kind = shape.unique ? 'UNIQUE INDEX' : 'INDEX';
  const on = table.split('.').map(quotedName).join('.');
  // A comment at its end would swallow the semicolon.
  return `-- line ${line} of the starter schema\nCREATE ${kind} ${quotedName(name)} ON ${on}\n  ${tail}\n;\n`;
}

/** The starter's own name, or one of table and columns; with a number where it is taken. */
function freeName({ name, table, columns }: StarterIndex, taken: ReadonlySet<string>): string {
  const wanted = name ?? [table.split('.').at(-1), ...columns, 'idx'].join('_');
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? '' : `_${number}`;
    const candidate = cut(wanted, longestName - suffix.length) + suffix;
    if (!taken.has(candidate)) return candidate;
  }
}

function cut(name: string, bytes: number): string {
  let end = name.length;
  while (Buffer.byteLength(name.slice(0, end)) > bytes) end -= 1;
  return name.slice(0, end);
}
