import { tokenAt } from '../../sql/tokens.ts';
import { faultIn, type MigrationFault } from '../migration-fault.ts';

/**
 * The comments with which migration tools begin the part of a file that undoes the file. Each pattern matches what the
 * tool itself recognizes. Sources: dbmate pkg/dbmate/migration.go; goose internal/sqlparser; sql-migrate sqlparse;
 * node-pg-migrate src/sqlMigration.ts; rambler; tern; MyBatis Migrations; Play evolutions; shmig.
 */
const markers: readonly (readonly [tool: string, comment: RegExp])[] = [
  ['dbmate', /^--\s*migrate:down(-section)?(\s|$)/],
  ['goose', /^--\s*\+goose\s+down\b/i],
  ['sql-migrate', /^--\s*\+migrate\s+down\b/i],
  ['node-pg-migrate', /^--[\s-]*down\s+migration\b/i],
  ['rambler', /^--\s*rambler\s+down\b/i],
  ['tern', /^--+\s*create above\s*\/\s*drop below\b/i],
  ['MyBatis Migrations', /^--\s*\/\/\s*@undo\b/i],
  ['Play evolutions', /^--.*!Downs\s*$/],
  ['shmig', /^--\s*=+\s*down\s*=+\s*$/i],
];

/**
 * Refuses a file that also contains the statements that undo it, because they would run as well. A marker without a
 * statement after it is harmless.
 */
export function undoPartFaults(file: string, text: string): MigrationFault[] {
  let marker: { readonly tool: string; readonly start: number; readonly comment: string } | undefined;
  for (let at = tokenAt(text, 0); at !== undefined; at = tokenAt(text, at.end)) {
    const comment = at.kind === 'comment' ? text.slice(at.start, at.end).trimEnd() : '';
    if (at.kind !== 'comment' && marker !== undefined && text[at.start] !== ';') {
      const message = `"${marker.comment}" (${marker.tool}) begins statements that undo this file, and they would run, too; move them to ${file.replace(/\.sql$/, '')}.down.sql`;
      return [faultIn(file, text, marker.start, message)];
    }
    const found = markers.find(([, pattern]) => pattern.test(comment));
    if (found !== undefined) marker ??= { tool: found[0], start: at.start, comment };
  }
  return [];
}
