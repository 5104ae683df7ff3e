import { readFile } from 'node:fs/promises';
import pg from 'pg';
import type { Secret } from '../domain/secret.ts';
import { DatabaseError, type DatabaseFault, type Row, type Session } from '../domain/session.ts';
import { faultOf } from './database-fault.ts';

/**
 * Timeouts that release our locks rather than block other users of the database. They also matter if a connection stops
 * responding: sshd may keep the forwarded port open for hours, but our locks are released within 40 s. Set after
 * connecting, because many poolers reject `options`.
 */
const transactionTimeouts = `set_config('lock_timeout', '10s', false),
  set_config('idle_in_transaction_session_timeout', '25s', false)`;

/** Milliseconds that a log-in may take: the address may drop packets, or the server may hang. */
const logInTimeout = 15_000;

/**
 * Opens a connection to a PostgreSQL server.
 * @throws DatabaseError if the server cannot be reached or rejects the log-in
 */
export async function openPostgres(config: pg.ClientConfig): Promise<Session> {
  const client = new pg.Client({
    connectionTimeoutMillis: logInTimeout,
    ...config,
    application_name: 'erp-deploy',
  });
  let lost = false;
  let lossReason: Error | undefined;
  // Without a listener, a connection that is lost while idle would end the process. A later query fails without the
  // reason, so it is kept.
  client.on('error', (error) => {
    lost = true;
    lossReason ??= error;
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
    direct = await setTransactionTimeouts(client);
  } catch (error) {
    await client.end();
    throw refusal(error, undefined);
  }
  const answer = <Result>(asked: Promise<Result>) =>
    asked.catch((error) => Promise.reject(refusal(error, lossReason)));
  return {
    query: async (sql, parameters) => (await answer(client.query<Row>(sql, [...(parameters ?? [])]))).rows,
    script: async (sql) => {
      completed = 0;
      const answered = await client.query<Row>(sql).catch((error: unknown) => {
        throw refusal(error, lossReason, completed);
      });
      // pg's types declare one result, but several statements return a list.
      const results: readonly pg.QueryResult<Row>[] = Array.isArray(answered) ? answered : [answered];
      return results.filter(({ fields }) => fields.length > 0).map(({ rows }) => rows);
    },
    close: () => client.end(),
    ...(direct ? { restoreSettings: async () => void (await answer(setTransactionTimeouts(client))) } : {}),
    isLost: () => lost,
  };
}

/**
 * Sets the timeouts unless the connection goes through a pooler, where they would affect other clients. A pooler
 * announces a process id at the log-in that is not the one of the server process. Returns whether they were set.
 */
async function setTransactionTimeouts(client: pg.Client): Promise<boolean> {
  // The announced process id, which pg keeps for cancelling; its types do not declare it.
  const announced = 'processID' in client ? Number(client.processID) : 0;
  const { rows } = await client.query<Row>(
    `select pid = ${announced} as direct, case when pid = ${announced} then (${transactionTimeouts}) end from pg_backend_pid() pid`,
  );
  return rows[0]?.direct === true;
}

/**
 * @param lossReason why the connection was lost, if the server or the system reported it
 * @param completed how many statements of the script were completed; absent for a query
 */
function refusal(error: unknown, lossReason: Error | undefined, completed?: number): DatabaseError {
  const reason = lostConnection(error) === undefined ? error : (lossReason ?? error);
  const fault = lostConnection(reason) ?? faultOf(firstCause(reason));
  return new DatabaseError(completed === undefined ? fault : { ...fault, completed }, { cause: error });
}

/** If a socket fails at several addresses, only the causes have a message. */
const firstCause = (error: unknown) => (error instanceof AggregateError ? error.errors[0] : error);

/** pg reports a connection that was lost or could not be made as a plain error without a code. */
function lostConnection(error: unknown): DatabaseFault | undefined {
  const plain =
    error instanceof Error && Object.getPrototypeOf(error) === Error.prototype && !('code' in error);
  return plain ? { code: '08006', message: error.message } : undefined;
}

/** The address, log-in and TLS mode of a database connection, in libpq's terms. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: Secret;
  readonly ssl: {
    readonly mode: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
    /** A file of trusted authorities; those that Node ships if absent. */
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
    // pg has no error code for a server without TLS. `prefer` then connects without TLS.
    const serverLacksTls = error instanceof Error && error.message.includes('does not support SSL');
    if (!serverLacksTls || address.ssl.mode !== 'prefer') throw error;
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
    // A trusted authority must have signed the certificate, but its name is not checked.
    'verify-ca': { ...checked, checkServerIdentity: () => undefined },
    'verify-full': checked,
  };
  return {
    ...place,
    // A statement may run for hours without sending a byte. Keepalives keep routers from dropping the connection,
    // and detect a lost one.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...(password === undefined ? {} : { password: password.reveal() }),
    ssl: modes[ssl.mode],
  };
}
