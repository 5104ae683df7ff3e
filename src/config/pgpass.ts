/** The connection that a line of a password file has to match. */
export interface PgpassTarget {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** Default socket directories; in the password file, libpq matches them as `localhost`. */
const defaultSockets = new Set(['/tmp', '/run/postgresql', '/var/run/postgresql']);

/**
 * Returns the password of the first matching line of a password file (`~/.pgpass`), as libpq does:
 * `host:port:database:user:password`, `*` for any value, `\:` and `\\` for the characters themselves.
 * The caller must check the mode of the file: libpq ignores a file that others can read.
 * Source: https://www.postgresql.org/docs/18/libpq-pgpass.html
 */
export function passwordFromPgpass(text: string, target: PgpassTarget): string | undefined {
  const host = defaultSockets.has(target.host) ? 'localhost' : target.host;
  const expected = [host, String(target.port), target.database, target.user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    const matches = expected.every(
      (value, index) => fields[index] === '*' || unescaped(fields[index]) === value,
    );
    const password = unescaped(fields[4]);
    if (matches && password) return password;
  }
  return undefined;
}

/** Splits a line into fields, still escaped; an escaped colon does not end a field. */
function fieldsOf(line: string): string[] {
  const fields = line.matchAll(/((?:\\.|[^:\\]|\\$)*)(?::|$)/gsu);
  return [...fields].map((field) => field[1] ?? '');
}

function unescaped(field: string | undefined): string | undefined {
  return field?.replace(/\\(.)/gsu, '$1');
}
