import { readFile } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import pg from 'pg';
import type { Secret } from '../domain/secret.ts';
import { DatabaseError, type DatabaseFault, type Row, type Session } from '../domain/session.ts';
import { faultOf } from './database-fault.ts';
import { guard, ProtocolError, refuseClearText } from './postgres-guard.ts';
import { type Patience, patience, watchLiveness } from './postgres-liveness.ts';

/**
 * Timeouts that release our locks rather than block other users of the database. They also matter if a connection stops
 * responding: sshd may keep the forwarded port open for hours, but our locks are released within 40 s. Set after
 * connecting, because many poolers reject `options`.
 */
const transactionTimeouts = `set_config('lock_timeout', '10s', false),
  set_config('idle_in_transaction_session_timeout', '25s', false)`;

/** Milliseconds that a log-in may take: the address may drop packets, or the server may hang. */
const logInTimeout = 15_000;

const usual = {
  application_name: 'erp-deploy',
  connectionTimeoutMillis: logInTimeout,
  // Queries that are sent together take one round trip.
  pipeline: true,
};

/** The same as an option of the log-in, which saves a round trip. */
const timeoutOptions = '-c lock_timeout=10s -c idle_in_transaction_session_timeout=25s';

/**
 * Opens a connection to a PostgreSQL server.
 * @param startsWithTimeouts whether the server certainly is no pooler
 * @throws DatabaseError if the server cannot be reached or rejects the log-in
 */
export async function openPostgres(
  config: pg.ClientConfig,
  patient: Patience = patience,
  startsWithTimeouts = false,
): Promise<Session> {
  const client = new pg.Client({
    ...usual,
    ...config,
    ...(startsWithTimeouts ? { options: timeoutOptions } : {}),
  });
  let lastHeard = performance.now();
  guard(client, () => {
    lastHeard = performance.now();
  });
  const isSocketFile = typeof config.host === 'string' && config.host.startsWith('/');
  refuseClearText(client, isEncrypted(config) || isSocketFile);
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
  let settings: Pick<Session, 'settings'> = {};
  try {
    await client.connect();
    if (startsWithTimeouts) settings = { settings: '' };
    else if (await setTransactionTimeouts(client)) settings = { settings: `select ${transactionTimeouts};` };
  } catch (error) {
    await closeWithin(client);
    throw refusal(error, lossReason);
  }
  const whileWatched = watcherOf(client, config, patient, () => lastHeard, 'settings' in settings);
  const answer = <Result>(asked: Promise<Result>) =>
    whileWatched(asked).catch((error) => Promise.reject(refusal(error, lossReason)));
  return {
    query: async (sql, parameters) => (await answer(client.query<Row>(sql, [...(parameters ?? [])]))).rows,
    script: async (sql) => {
      completed = 0;
      const answered = await whileWatched(client.query<Row>(sql)).catch((error: unknown) => {
        throw refusal(error, lossReason, completed);
      });
      return rowsOf(answered);
    },
    close: () => closeWithin(client),
    ...settings,
    isLost: () => lost,
  };
}

/** Returns the rows of each statement that returns rows. */
function rowsOf(answered: pg.QueryResult<Row>): readonly (readonly Row[])[] {
  // pg's types declare one result, but several statements return a list.
  const results: readonly pg.QueryResult<Row>[] = Array.isArray(answered) ? answered : [answered];
  return results.filter(({ fields }) => fields.length > 0).map(({ rows }) => rows);
}

/** Returns a function that waits for an answer, and gives the connection up if the server is not alive any more. */
function watcherOf(
  client: pg.Client,
  config: pg.ClientConfig,
  patient: Patience,
  lastHeard: () => number,
  isDirect: boolean,
): <Result>(asked: Promise<Result>) => Promise<Result> {
  const watched = {
    lastHeard,
    isAlive: () => isWorking(config, processIdOf(client), isDirect),
    giveUp: () => streamOf(client).destroy(new Error(noAnswer)),
  };
  // Over SSH, its keepalive notices a lost connection, and a second stream would need another channel.
  const watches = config.stream === undefined;
  return async (asked) => {
    const stop = watches ? watchLiveness(watched, patient) : () => undefined;
    try {
      return await asked;
    } finally {
      stop();
    }
  };
}

/**
 * Sets the timeouts unless the connection goes through a pooler, where they would affect other clients. A pooler
 * announces a process id at the log-in that is not the one of the server process. Returns whether they were set.
 */
async function setTransactionTimeouts(client: pg.Client): Promise<boolean> {
  const announced = processIdOf(client);
  const { rows } = await client.query<Row>(
    `select pid = ${announced} as direct, case when pid = ${announced} then (${transactionTimeouts}) end from pg_backend_pid() pid`,
  );
  const direct = rows[0]?.direct;
  if (rows.length !== 1 || typeof direct !== 'boolean')
    throw new ProtocolError('it did not answer the first query');
  return direct;
}

/** The process id that the server announced, which pg keeps for cancelling; its types do not declare it. */
function processIdOf(client: pg.Client): number {
  return 'processID' in client ? Number(client.processID) : 0;
}

/** Milliseconds that a server may take to end a connection. */
const closing = 1_000;

/** Ends a connection, also if the server does not answer. */
async function closeWithin(client: pg.Client): Promise<void> {
  const timer = setTimeout(() => streamOf(client).destroy(), closing);
  // A connection that was lost is closed.
  await client.end().catch(() => undefined);
  clearTimeout(timer);
}

/** pg's types do not declare the socket. */
function streamOf({ connection }: pg.Client): Duplex {
  return (connection as unknown as { readonly stream: Duplex }).stream;
}

const noAnswer =
  'the server stopped answering, also on a second connection; the statement may still be running there';

/**
 * Asks on a second connection whether the server still works on a statement. An error that the server reports is an
 * answer. A pooler announces a process id of its own, so that any answer counts.
 */
async function isWorking(config: pg.ClientConfig, pid: number, direct: boolean): Promise<boolean> {
  const client = new pg.Client({
    ...config,
    connectionTimeoutMillis: patience.question,
    application_name: 'erp-deploy',
  });
  guard(client, () => undefined);
  refuseClearText(client, isEncrypted(config));
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Row>('select state from pg_stat_activity where pid = $1', [pid]);
    return !direct || (rows[0] !== undefined && !String(rows[0].state).startsWith('idle'));
  } catch (error) {
    return error instanceof pg.DatabaseError;
  } finally {
    void closeWithin(client);
  }
}

function isEncrypted({ ssl, stream }: pg.ClientConfig): boolean {
  return (ssl !== undefined && ssl !== false) || stream !== undefined;
}

/**
 * @param lossReason why the connection was lost, if the server or the system reported it
 * @param completed how many statements of the script were completed; absent for a query
 */
function refusal(error: unknown, lossReason: Error | undefined, completed?: number): DatabaseError {
  const reason = lostConnection(error) === undefined ? error : (lossReason ?? error);
  const fault = lostConnection(reason) ?? withoutCode(reason) ?? faultOf(firstCause(reason));
  return new DatabaseError(completed === undefined ? fault : { ...fault, completed }, { cause: error });
}

/** PostgreSQL always sends an SQLSTATE and a message, and rows that fit their description, which pg relies on. */
function withoutCode(error: unknown): DatabaseFault | undefined {
  if (error instanceof TypeError || error instanceof RangeError)
    return { code: '08P01', message: new ProtocolError(error.message).message };
  if (!(error instanceof pg.DatabaseError) || (error.code !== undefined && error.message !== ''))
    return undefined;
  return {
    code: error.code ?? '08P01',
    message: error.message || 'the server reported an error without a message',
  };
}

/** If a socket fails at several addresses, only the causes have a message. */
const firstCause = (error: unknown) => (error instanceof AggregateError ? error.errors[0] : error);

/** pg reports a connection that was lost or could not be made as a plain error without a code. */
function lostConnection(error: unknown): DatabaseFault | undefined {
  const isPlain =
    error instanceof Error &&
    (Object.getPrototypeOf(error) === Error.prototype || error instanceof ProtocolError) &&
    !('code' in error);
  return isPlain ? { code: '08006', message: error.message } : undefined;
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
