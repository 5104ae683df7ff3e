import { readFile } from 'node:fs/promises';
import pg from 'pg';
import type { Secret } from '../domain/secret.ts';
import { DatabaseError, type DatabaseFault, type Row, type Session } from '../domain/session.ts';
import { faultOf } from './database-fault.ts';

/**
 * Waiting for a lock for long, or leaving a transaction idle, is given up rather than standing in the way
 * of the people who use the database. Behind a link that froze, the server waits for us in vain, and an sshd
 * holds the tunnel open for hours: within 40 s of that, our locks are gone. Set after connecting, since many
 * poolers refuse `options`.
 */
const manners = `set_config('lock_timeout', '10s', false),
  set_config('idle_in_transaction_session_timeout', '25s', false)`;

/** Milliseconds for a log-in: nobody is to wait for an address that swallows what it is sent, or a server that stalls. */
const patience = 15_000;

/**
 * Opens a connection to a PostgreSQL server.
 * @throws DatabaseError when the server cannot be reached or refuses
 */
export async function openPostgres(config: pg.ClientConfig): Promise<Session> {
  const client = new pg.Client({
    connectionTimeoutMillis: patience,
    ...config,
    application_name: 'erp-deploy',
  });
  let lost = false;
  let lastWords: Error | undefined;
  // A connection that drops while nothing is asked of it ends the process if nobody listens. What is asked of it
  // afterwards fails without the reason.
  client.on('error', (error) => {
    lost = true;
    lastWords ??= error;
  });
  client.on('end', () => {
    lost = true;
  });
  let completed = 0;
  client.connection.on('commandComplete', () => {
    completed += 1;
  });
  let direct = false;
  try {
    await client.connect();
    direct = await settle(client);
  } catch (error) {
    await client.end();
    throw refusal(error, undefined);
  }
  const answer = <Result>(asked: Promise<Result>) =>
    asked.catch((error) => Promise.reject(refusal(error, lastWords)));
  return {
    query: async (sql, parameters) => (await answer(client.query<Row>(sql, [...(parameters ?? [])]))).rows,
    script: async (sql) => {
      completed = 0;
      const answered = await client.query<Row>(sql).catch((error: unknown) => {
        throw refusal(error, lastWords, completed);
      });
      // pg's types know one result only; several statements are answered with a list of them.
      const results: readonly pg.QueryResult<Row>[] = Array.isArray(answered) ? answered : [answered];
      return results.filter(({ fields }) => fields.length > 0).map(({ rows }) => rows);
    },
    close: () => client.end(),
    ...(direct ? { restoreSettings: async () => void (await answer(settle(client))) } : {}),
    isLost: () => lost,
  };
}

/**
 * Sets the session's manners, where it is one: behind a pooler they would stay with a connection that others get. A
 * pooler announces a process of its own at the log-in, and another one answers.
 */
async function settle(client: pg.Client): Promise<boolean> {
  // What the server announced, which pg keeps for cancelling; its types do not have it.
  const announced = 'processID' in client ? Number(client.processID) : 0;
  const { rows } = await client.query<Row>(
    `select pid = ${announced} as direct, case when pid = ${announced} then (${manners}) end from pg_backend_pid() pid`,
  );
  return rows[0]?.direct === true;
}

/**
 * @param lastWords why the connection was lost, where the server or the system said so
 * @param completed statements of the script that came before; absent if it was no script
 */
function refusal(error: unknown, lastWords: Error | undefined, completed?: number): DatabaseError {
  const told = lostConnection(error) === undefined ? error : (lastWords ?? error);
  const fault = lostConnection(told) ?? faultOf(firstCause(told));
  return new DatabaseError(completed === undefined ? fault : { ...fault, completed }, { cause: error });
}

/** Of a socket that fails at several addresses, only the causes have words. */
const firstCause = (error: unknown) => (error instanceof AggregateError ? error.errors[0] : error);

/** pg tells of a lost connection, or one that never came about, in plain errors that have no code. */
function lostConnection(error: unknown): DatabaseFault | undefined {
  const plain =
    error instanceof Error && Object.getPrototypeOf(error) === Error.prototype && !('code' in error);
  return plain ? { code: '08006', message: error.message } : undefined;
}

/** Where a database is, who asks, and how the connection is protected, in libpq's terms. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: Secret;
  readonly ssl: {
    readonly mode: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
    /** A file of trusted authorities; absent means those that Node ships. */
    readonly rootCertificateFile?: string;
  };
}

/**
 * Opens a connection to a resolved address.
 * @throws DatabaseError as `openPostgres` does
 */
export async function connectPostgres(address: PostgresAddress): Promise<Session> {
  const config = await configOf(address);
  try {
    return await openPostgres(config);
  } catch (error) {
    // pg has no code for a server without TLS, and `prefer` means in the clear then.
    const inTheClear = error instanceof Error && error.message.includes('does not support SSL');
    if (!inTheClear || address.ssl.mode !== 'prefer') throw error;
    return openPostgres({ ...config, ssl: false });
  }
}

async function configOf({ password, ssl, ...place }: PostgresAddress): Promise<pg.ClientConfig> {
  const authorities =
    ssl.rootCertificateFile === undefined ? {} : { ca: await readFile(ssl.rootCertificateFile, 'utf8') };
  const checked = { rejectUnauthorized: true, ...authorities };
  const modes = {
    disable: false,
    prefer: { rejectUnauthorized: false },
    require: { rejectUnauthorized: false },
    // Signed by an authority that is trusted, whatever the name on it.
    'verify-ca': { ...checked, checkServerIdentity: () => undefined },
    'verify-full': checked,
  };
  return {
    ...place,
    // A statement may run for hours without a byte: what lies between must not take the connection for dead, nor we a
    // dead one for busy.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...(password === undefined ? {} : { password: password.reveal() }),
    ssl: modes[ssl.mode],
  };
}
