import { Secret } from '../domain/secret.ts';
import { type DatabaseUrl, readDatabaseUrl, type UrlFault } from './database-url.ts';
import { passwordFromPgpass } from './pgpass.ts';
import { isLoopback, type Tls, tlsOf } from './tls-mode.ts';

/** A database to connect to, all of it resolved. */
export interface DatabaseTarget {
  /** A name, an address, or the folder of a unix socket (it starts with `/`). */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Absent where none was found: the server may not ask for one. */
  readonly password?: Secret;
  readonly ssl: Tls;
}

export type ResolvedTarget =
  | { readonly target: DatabaseTarget; readonly warnings: readonly string[] }
  | { readonly fault: UrlFault };

/** What libpq would look at beside the URL. */
export interface TargetSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of the file that `passwordFilePath` names, where there is one. */
  readonly passwordFile?: string;
}

/** Parameters of libpq that a roll-out sets itself or has no use for. */
const ignored = new Set([
  'application_name',
  'fallback_application_name',
  'connect_timeout',
  'client_encoding',
  'gssencmode',
  'keepalives',
  'keepalives_idle',
  'keepalives_interval',
  'keepalives_count',
  'target_session_attrs',
  'channel_binding',
  'options',
]);
const applied = new Set(['host', 'port', 'dbname', 'user', 'password', 'sslmode', 'sslrootcert']);

/** Where libpq looks for passwords; undefined where not even a home folder is known. */
export function passwordFilePath(env: TargetSurroundings['env']): string | undefined {
  return env.PGPASSFILE || (env.HOME ? `${env.HOME}/.pgpass` : undefined);
}

/**
 * Resolves the value of `--database-url` as libpq would: the URL, then PGPORT, PGDATABASE, PGUSER,
 * PGSSLMODE and PGSSLROOTCERT, and for the password PGPASSWORD, then the password file.
 *
 * Otherwise than libpq: the host has to be in the URL, the user in the URL or PGUSER (not the
 * log-in name), and the default of `sslmode` is `verify-full`, or `disable` for this machine
 * (see `tlsOf`), where libpq's `prefer` would let anyone on the way read the password.
 *
 * A fault quotes no part of the URL, since any may be a piece of a mistyped password.
 */
export function resolveDatabaseTarget(
  value: string,
  { env, passwordFile }: TargetSurroundings,
): ResolvedTarget {
  const read = readDatabaseUrl(value.trim());
  if ('fault' in read) return read;
  const { url } = read;
  const unknown = [...url.parameters.keys()].find((name) => !applied.has(name) && !ignored.has(name));
  if (unknown !== undefined) return fault('it has a parameter that is not known here', parametersKnown);
  const where = placeOf(url, env);
  if ('fault' in where) return where;
  const tls = tlsOf(where.host, { ...fromEnv(env), ...parametersOf(url, ['sslmode', 'sslrootcert']) });
  if ('fault' in tls) return tls;
  const inUrl = url.parameters.get('password') || url.password;
  const password = inUrl || env.PGPASSWORD || passwordFromPgpass(passwordFile ?? '', where);
  return {
    target: { ...where, ...(password && { password: new Secret(password) }), ssl: tls.ssl },
    warnings: warningsOf(url, inUrl !== undefined && inUrl !== '', where.host, tls.ssl),
  };
}

const parametersKnown = `of libpq's parameters, these count: ${[...applied].join(', ')}`;

function fault(what: string, todo: string): { fault: UrlFault } {
  return { fault: { what, todo } };
}

type Place = Omit<DatabaseTarget, 'password' | 'ssl'>;

function placeOf(url: DatabaseUrl, env: TargetSurroundings['env']): Place | { fault: UrlFault } {
  const { parameters } = url;
  const host = parameters.get('host') || url.host;
  if (!host) return fault('it names no host', 'write postgres://user@host:5432/database');
  if (host.includes(',')) return fault('it names several hosts', 'name the one that takes writes');
  const port = parameters.get('port') || url.port || env.PGPORT || '5432';
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) {
    return fault(
      'its port is no number from 1 to 65535',
      'write a / in the user or password as %2F, a : as %3A',
    );
  }
  const user = parameters.get('user') || url.user || env.PGUSER;
  if (!user) return fault('it names no user', 'write postgres://user@host:5432/database, or set PGUSER');
  const database = parameters.get('dbname') || url.database || env.PGDATABASE || user;
  return { host, port: Number(port), database, user };
}

function fromEnv(env: TargetSurroundings['env']): Record<string, string> {
  return {
    ...(env.PGSSLMODE && { sslmode: env.PGSSLMODE }),
    ...(env.PGSSLROOTCERT && { sslrootcert: env.PGSSLROOTCERT }),
  };
}

function parametersOf(url: DatabaseUrl, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    [...url.parameters].filter(([name, value]) => names.includes(name) && value !== ''),
  );
}

function warningsOf(url: DatabaseUrl, holdsPassword: boolean, host: string, ssl: Tls): string[] {
  const unused = [...url.parameters.keys()].filter((name) => ignored.has(name));
  return [
    ...(holdsPassword
      ? [
          'the URL holds a password, which shell histories and process lists keep; use PGPASSWORD, ~/.pgpass or -',
        ]
      : []),
    ...(unused.length > 0 ? [`not used from the URL: ${unused.join(', ')}`] : []),
    ...(!isLoopback(host) && ['disable', 'prefer'].includes(ssl.mode)
      ? [`sslmode ${ssl.mode} lets anyone on the way read the connection`]
      : []),
  ];
}
