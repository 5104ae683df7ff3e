import { openPostgres } from '../../../src/adapters/postgres-session.ts';
import type { Session } from '../../../src/domain/session.ts';
import { startPostgres } from '../../support/database/real-postgres.ts';
import { freePort } from '../../testbed/free-port.ts';
import { bundled, type Running, until } from './running.ts';
import { shop } from './shop.ts';
import { tokenOf } from './token.ts';

export const secret = 'a secret of at least 32 characters';

type Headers = Readonly<Record<string, string>>;
type Environment = Readonly<Record<string, string>>;

/** Starts the double of PostgREST over a real server with the schema of `shop.ts`, and waits until it is ready. */
export interface PostgrestService {
  /** A session of the owner of the database. */
  readonly session: Session;
  /** The environment that it was started with. */
  readonly env: Environment;
  /** Starts another instance of the same program. */
  start(env: Environment): Running;
  ready(): Promise<number | undefined>;
  /**
   * Sends a request with a token of erp_api, or without one if `authorization` is empty. Returns the answer with its
   * parsed JSON body.
   */
  ask(path: string, headers?: Headers, init?: RequestInit): ReturnType<typeof askAt>;
  write(method: string, path: string, body: unknown, headers?: Headers): ReturnType<typeof askAt>;
  stop(): Promise<void>;
}

export async function startPostgrest(): Promise<PostgrestService> {
  const [programs, server] = await Promise.all([
    bundled(),
    startPostgres(['password_encryption=scram-sha-256']),
  ]);
  const session = await openPostgres(server.config);
  await session.script(shop);
  const [port, adminPort] = [await freePort(), await freePort()];
  const env = {
    PGRST_DB_URI: `postgresql://erp_authenticator:its%20password@127.0.0.1:${server.config.port}/postgres`,
    PGRST_DB_SCHEMAS: 'erp,agent',
    PGRST_DB_ANON_ROLE: 'erp_anon',
    PGRST_DB_MAX_ROWS: '1000',
    PGRST_JWT_SECRET: secret,
    PGRST_SERVER_HOST: '127.0.0.1',
    PGRST_SERVER_PORT: `${port}`,
    PGRST_ADMIN_SERVER_HOST: 'localhost',
    PGRST_ADMIN_SERVER_PORT: `${adminPort}`,
  };
  const running = programs.start('postgrest', [], env);
  const ready = async () =>
    (await fetch(`http://127.0.0.1:${adminPort}/ready`).catch(() => undefined))?.status;
  await until(ready, (status) => status === 200);
  const ask: PostgrestService['ask'] = (path, headers = {}, init = {}) =>
    askAt(`http://127.0.0.1:${port}${path}`, headers, init);
  return {
    session,
    env,
    start: (others) => programs.start('postgrest', [], others),
    ready,
    ask,
    write: (method, path, body, headers = {}) =>
      ask(path, { 'content-type': 'application/json', ...headers }, { method, body: JSON.stringify(body) }),
    stop: async () => {
      await running.stop();
      await session.close();
      await server.stop();
      programs.remove();
    },
  };
}

const token = tokenOf(secret, { role: 'erp_api' });

async function askAt(url: string, headers: Headers, init: RequestInit) {
  const { authorization = `Bearer ${token}`, ...others } = headers;
  const sent = { ...(authorization === '' ? {} : { authorization }), ...others };
  const answer = await fetch(url, { ...init, headers: sent });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
}
