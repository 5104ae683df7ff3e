import type { LeftOutFile, MigrationFile } from '../../domain/sql-change.ts';
import { withLineFeeds } from '../checksum.ts';
import type { SqlStatement } from '../sql/parse-sql.ts';
import { readScript } from '../sql/read-script.ts';
import { outsideEffectIn } from './outside-effects.ts';

/** What migrations do beyond their own database, and which extensions they create. */
interface MigrationEffects {
  readonly leftOut: readonly LeftOutFile[];
  readonly extensions: readonly string[];
}

/**
 * Parses migrations for a rehearsal.
 * @param mayCreateRoles names of files that may create roles; the rehearsal drops those roles
 */
export async function migrationEffects(
  files: readonly MigrationFile[],
  mayCreateRoles: readonly string[],
): Promise<MigrationEffects> {
  const leftOut: LeftOutFile[] = [];
  const extensions = new Set<string>();
  for (const { name, text } of files) {
    const { parsed } = await readScript(withLineFeeds(text));
    const effect = mayCreateRoles.includes(name) ? undefined : outsideEffectIn(parsed);
    if (effect !== undefined) leftOut.push({ name, ...effect });
    else for (const extension of extensionsIn(parsed)) extensions.add(extension);
  }
  return { leftOut, extensions: [...extensions] };
}

function extensionsIn(statements: readonly SqlStatement[]): readonly string[] {
  return statements.flatMap(({ node }) =>
    'CreateExtensionStmt' in node ? [node.CreateExtensionStmt.extname ?? ''] : [],
  );
}
