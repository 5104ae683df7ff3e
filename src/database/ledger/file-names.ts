/** Matches `NNN_name.sql`, with three digits or more. */
export const migrationName = /^(\d{3,})_[\w-]+\.sql$/;

const undoName = /^(\d{3,}_[\w-]+)\.down\.sql$/;

/** Returns whether a file undoes a migration beside it: `run` never applies it. */
export function undoesMigration(name: string, names: readonly string[]): boolean {
  const migration = undoName.exec(name)?.[1];
  return migration !== undefined && names.includes(`${migration}.sql`);
}

/** A file in the migrations folder that would not be applied, and why. */
export interface FileNameFault {
  readonly name: string;
  readonly why: string;
}

/**
 * Returns the SQL files among the names in a folder that are not named as migrations.
 * @param others names of SQL files that belong in the folder but are not migrations
 */
export function fileNameFaults(
  names: readonly string[],
  others: readonly string[],
): readonly FileNameFault[] {
  return names
    .filter((name) => /\.sql$/i.test(name) && !migrationName.test(name) && !others.includes(name))
    .filter((name) => !undoesMigration(name, names))
    .toSorted()
    .map((name) => ({ name, why: faultOf(name) }));
}

function faultOf(name: string): string {
  const migration = undoName.exec(name)?.[1];
  return migration === undefined
    ? 'the name is not of the form NNN_name.sql'
    : `the migration that it undoes, ${migration}.sql, does not exist`;
}
