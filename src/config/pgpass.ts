/** What a line of a password file is matched against. */
export interface PgpassTarget {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** Where servers listen by default; libpq takes such a socket for `localhost` here. */
const defaultSockets = new Set(['/tmp', '/run/postgresql', '/var/run/postgresql']);

/**
 * The password of the first line of a password file (`~/.pgpass`) that matches, as libpq reads it:
 * `host:port:database:user:password`, `*` for any, `\:` and `\\` for the characters themselves.
 * That nobody else may read the file (0600) is for whoever opens it to see to: libpq ignores it otherwise.
 * Source: https://www.postgresql.org/docs/18/libpq-pgpass.html
 */
export function passwordFromPgpass(text: string, target: PgpassTarget): string | undefined {
  const host = defaultSockets.has(target.host) ? 'localhost' : target.host;
  const wanted = [host, String(target.port), target.database, target.user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    const matches = wanted.every(
      (value, index) => fields[index] === '*' || unescaped(fields[index]) === value,
    );
    const password = unescaped(fields[4]);
    if (matches && password) return password;
  }
  return undefined;
}

/** The fields as written; a colon after a backslash does not end one. */
function fieldsOf(line: string): string[] {
  const fields = line.matchAll(/((?:\\.|[^:\\]|\\$)*)(?::|$)/gsu);
  return [...fields].map((field) => field[1] ?? '');
}

function unescaped(field: string | undefined): string | undefined {
  return field?.replace(/\\(.)/gsu, '$1');
}
