import { Secret } from '../domain/secret.ts';
import { type DatabaseUrl, readDatabaseUrl, type UrlFault } from './database-url.ts';
import { passwordFromPgpass } from './pgpass.ts';
import { isLoopback, type Tls, tlsOf } from './tls-mode.ts';

/** The resolved parameters of a connection to a database. */
export interface DatabaseTarget {
  /** A name, an address, or the directory of a unix socket (it starts with `/`). */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Absent if none was found; the server may not need one. */
  readonly password?: Secret;
  readonly ssl: Tls;
}

export type ResolvedTarget =
  | { readonly target: DatabaseTarget; readonly warnings: readonly string[] }
  | { readonly fault: UrlFault };

/** The sources that libpq reads besides the URL. */
export interface TargetSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of the file at `passwordFilePath`, if it exists. */
  readonly passwordFile?: string;
}

/** Parameters of libpq that erp-deploy sets itself or does not need. */
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
  'options',
]);
const applied = new Set(['host', 'port', 'dbname', 'user', 'password', 'sslmode', 'sslrootcert']);

/** Returns the path of libpq's password file; undefined if neither PGPASSFILE nor HOME is set. */
export function passwordFilePath(env: TargetSurroundings['env']): string | undefined {
  return env.PGPASSFILE || (env.HOME ? `${env.HOME}/.pgpass` : undefined);
}

/**
 * Resolves the value of `--database-url` as libpq would: the URL, then PGPORT, PGDATABASE, PGUSER,
 * PGSSLMODE and PGSSLROOTCERT, and for the password PGPASSWORD, then the password file.
 *
 * Unlike libpq: the host must be in the URL, the user in the URL or PGUSER (not the login name), and the default
 * of `sslmode` is `verify-full`, or `disable` for this machine (see `tlsOf`), because libpq's `prefer` would let an
 * attacker on the network read the password.
 *
 * A fault quotes no part of the URL, since any part may belong to a mistyped password.
 */
export function resolveDatabaseTarget(
  value: string,
  { env, passwordFile }: TargetSurroundings,
): ResolvedTarget {
  const read = readDatabaseUrl(value.trim());
  if ('fault' in read) return read;
  const { url } = read;
  const unknown = [...url.parameters.keys()].find(
    (name) => !applied.has(name) && !ignored.has(name) && name !== 'channel_binding',
  );
  if (unknown !== undefined) return fault('it has an unknown parameter', parametersKnown);
  const binding = url.parameters.get('channel_binding') || env.PGCHANNELBINDING;
  // A warning is not enough: the operator relies on it, and it cannot be checked.
  if (binding === 'require') return fault('it requires channel binding, which is not supported', noBinding);
  const address = addressOf(url, env);
  if ('fault' in address) return address;
  const tls = tlsOf(address.host, { ...fromEnv(env), ...parametersOf(url, ['sslmode', 'sslrootcert']) });
  if ('fault' in tls) return tls;
  const inUrl = url.parameters.get('password') || url.password;
  const password = inUrl || env.PGPASSWORD || passwordFromPgpass(passwordFile ?? '', address);
  return {
    target: { ...address, ...(password && { password: new Secret(password) }), ssl: tls.ssl },
    warnings: warningsOf(url, inUrl !== undefined && inUrl !== '', address.host, tls.ssl),
  };
}

const noBinding = 'omit channel_binding=require; sslmode=verify-full verifies the server';

const parametersKnown = `use only these parameters of libpq: ${[...applied].join(', ')}`;

function fault(what: string, todo: string): { fault: UrlFault } {
  return { fault: { what, todo } };
}

type Address = Omit<DatabaseTarget, 'password' | 'ssl'>;

function addressOf(url: DatabaseUrl, env: TargetSurroundings['env']): Address | { fault: UrlFault } {
  const { parameters } = url;
  const host = parameters.get('host') || url.host;
  if (!host) return fault('it has no host', 'write postgres://user@host:5432/database');
  if (host.includes(',')) return fault('it has several hosts', 'name only the one that accepts writes');
  const port = parameters.get('port') || url.port || env.PGPORT || '5432';
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) {
    return fault(
      'its port is not a number from 1 to 65535',
      'write a / in the user or password as %2F, and a : as %3A',
    );
  }
  const user = parameters.get('user') || url.user || env.PGUSER;
  if (!user) return fault('it has no user', 'write postgres://user@host:5432/database, or set PGUSER');
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
  const unused = [...url.parameters.keys()].filter((name) => ignored.has(name) || name === 'channel_binding');
  return [
    ...(holdsPassword
      ? [
          'the URL contains a password, which is visible in shell histories and process lists; use PGPASSWORD, ~/.pgpass or -',
        ]
      : []),
    ...(unused.length > 0 ? [`ignored parameters of the URL: ${unused.join(', ')}`] : []),
    ...(!isLoopback(host) && ['disable', 'prefer'].includes(ssl.mode)
      ? [`with sslmode ${ssl.mode}, an attacker on the network can read the connection`]
      : []),
  ];
}
