import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The configuration in PGRST_*, with the names and defaults of PostgREST/postgrest, src/PostgREST/Config.hs. */
export interface Config {
  readonly dbUri: string;
  readonly dbSchemas: readonly string[];
  readonly dbExtraSearchPath: readonly string[];
  readonly dbAnonRole: string | undefined;
  readonly dbChannel: string;
  readonly dbMaxRows: number | undefined;
  readonly dbPool: number;
  readonly jwtSecret: string | undefined;
  readonly jwtAud: string | undefined;
  readonly logLevel: LogLevel;
  readonly serverHost: string;
  readonly serverPort: number;
  readonly adminServerHost: string;
  readonly adminServerPort: number | undefined;
}

const logLevels = ['crit', 'error', 'warn', 'info', 'debug'] as const;
type LogLevel = (typeof logLevels)[number];

/** Thrown for a configuration with which PostgREST does not start; has the message that PostgREST prints. */
export class ConfigError extends Error {}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws ConfigError */
export function readConfig(env: Environment): Config {
  // An empty value counts as missing (optString).
  const text = (key: string) => env[`PGRST_${key}`] || undefined;
  const number = (key: string) => wholeNumber(text(key));
  const serverPort = number('SERVER_PORT') ?? 3000;
  const adminServerPort = number('ADMIN_SERVER_PORT');
  if (adminServerPort === serverPort)
    throw new ConfigError('Error in config admin-server-port cannot be the same as server-port');
  const serverHost = text('SERVER_HOST') ?? '!4';
  return {
    dbUri: fileOrText(text('DB_URI')) ?? 'postgresql://',
    dbSchemas: schemas(text('DB_SCHEMAS') ?? text('DB_SCHEMA') ?? 'public'),
    dbExtraSearchPath: split(env.PGRST_DB_EXTRA_SEARCH_PATH ?? 'public'),
    dbAnonRole: text('DB_ANON_ROLE'),
    dbChannel: text('DB_CHANNEL') ?? 'pgrst',
    dbMaxRows: number('DB_MAX_ROWS'),
    dbPool: number('DB_POOL') ?? 10,
    jwtSecret: secret(fileOrText(text('JWT_SECRET'))),
    jwtAud: text('JWT_AUD'),
    logLevel: logLevel(text('LOG_LEVEL') ?? 'error'),
    serverHost,
    serverPort,
    adminServerHost: text('ADMIN_SERVER_HOST') ?? serverHost,
    adminServerPort,
  };
}

/** Overrides the environment with settings of the database: `ALTER ROLE … SET pgrst.db_schemas = …`. */
export function withSettings(config: Config, settings: Readonly<Record<string, string>>): Config {
  const { db_schemas, db_anon_role, db_max_rows, jwt_aud, jwt_secret } = settings;
  return {
    ...config,
    ...(db_schemas === undefined ? {} : { dbSchemas: schemas(db_schemas) }),
    ...(db_anon_role === undefined ? {} : { dbAnonRole: db_anon_role }),
    ...(db_max_rows === undefined ? {} : { dbMaxRows: wholeNumber(db_max_rows) }),
    ...(jwt_aud === undefined ? {} : { jwtAud: jwt_aud }),
    ...(jwt_secret === undefined ? {} : { jwtSecret: secret(jwt_secret) }),
  };
}

const wholeNumber = (text: string | undefined) =>
  text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;

const split = (list: string) => (list === '' ? [] : list.split(',').map((one) => one.trim()));

const fileOrText = (value: string | undefined) =>
  value?.startsWith('@') ? readFileSync(value.slice(1), 'utf8').replace(/\n$/, '') : value;

function schemas(list: string): readonly string[] {
  const names = split(list);
  const barred = names.find((name) => name === 'pg_catalog' || name === 'information_schema');
  if (barred !== undefined)
    throw new ConfigError(`Error in config db-schemas does not allow schema: '${barred}'`);
  return names;
}

function secret(value: string | undefined): string | undefined {
  if (value?.startsWith('{') && keysOf(value) === undefined)
    throw new ConfigError('This double reads JSON Web Keys only as a set of symmetric ones.');
  if (value !== undefined && Buffer.byteLength(value) < 32)
    throw new ConfigError('user error (The JWT secret must be at least 32 characters long.)');
  return value;
}

const keySet = z.object({ keys: z.array(z.object({ kty: z.literal('oct'), k: z.string() })) });

/** Returns the keys of a JWK set; undefined if the text is no JWK set. */
export function keysOf(value: string): readonly Buffer[] | undefined {
  try {
    return keySet.safeParse(JSON.parse(value)).data?.keys.map(({ k }) => Buffer.from(k, 'base64url'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function logLevel(name: string): LogLevel {
  const level = logLevels.find((one) => one === name);
  if (level === undefined)
    throw new ConfigError('Error in config Invalid logging level. Check your configuration.');
  return level;
}
