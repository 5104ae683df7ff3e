import { quotedName } from '../sql/quoted-name.ts';
import type { StarterComparison } from './compare.ts';
import type { StarterIndex } from './read-objects.ts';

/** In bytes; PostgreSQL truncates longer names. */
const longestName = 63;

/**
 * Returns a migration that adds the starter's indexes that our schema lacks; undefined if it lacks none. Types that differ
 * are only named in comments: changing one rewrites the table, and may lose data.
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
      `--   ${table}.${column}: ${starter} in the starter schema, ${ours} in the migrations\n`,
  );
  return [
    '-- Indexes of the starter schema that the migrations lack.\n',
    ...(differences.length === 0 ? [] : ['-- Column types that differ (not changed):\n', ...differences]),
    '\n',
    statements.join('\n'),
  ].join('');
}

/** Leaves out CONCURRENTLY and IF NOT EXISTS: a migration is a transaction, and must not skip a statement silently. */
function statementOf({ table, shape, tail, line }: StarterIndex, name: string): string {
  const kind = shape.unique ? 'UNIQUE INDEX' : 'INDEX';
  const on = table.split('.').map(quotedName).join('.');
  // On its own line, since the statement may end with a comment.
  return `-- line ${line} of the starter schema\nCREATE ${kind} ${quotedName(name)} ON ${on}\n  ${tail}\n;\n`;
}

/** Returns the starter's name, or one made of table and columns; with a number if it is taken. */
function freeName({ name, table, columns }: StarterIndex, taken: ReadonlySet<string>): string {
  const preferred = name ?? [table.split('.').at(-1), ...columns, 'idx'].join('_');
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? '' : `_${number}`;
    const candidate = cut(preferred, longestName - suffix.length) + suffix;
    if (!taken.has(candidate)) return candidate;
  }
}

function cut(name: string, bytes: number): string {
  let end = name.length;
  while (Buffer.byteLength(name.slice(0, end)) > bytes) end -= 1;
  return name.slice(0, end);
}
