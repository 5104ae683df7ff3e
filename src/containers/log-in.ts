import { authenticator } from '../database/authenticator.ts';
import type { DatabaseAddress } from '../domain/ports/host.ts';
import { ProblemError } from '../domain/problem.ts';
import { DatabaseError, type Session } from '../domain/session.ts';
import { type Container, containerNamed } from './container.ts';
import { otherPassword } from './container-problems.ts';
import { type Stack, secretOf } from './stack.ts';

/** The SQLSTATE of a wrong password (PostgreSQL, appendix A). */
const wrongPassword = '28P01';

/** Which database to log in to, and as which owner. */
export interface OwnerLogin {
  readonly database: string;
  readonly user: string;
}

/**
 * Returns the port that the database's container publishes now. Until the container is recreated, that is not the one
 * of a compose file that was changed since.
 */
function publishedPort({ containers: { database } }: Stack, container: Container | null): number {
  return container?.ports[database.innerPort] ?? database.port;
}

/** Returns where the database's container is reached now. */
export function databaseAddress(stack: Stack, container: Container | null): DatabaseAddress {
  return loginAt(stack, publishedPort(stack, container));
}

/** Returns the login for a port: through `docker exec`, the server is reached inside of its container. */
function loginAt({ containers: { database } }: Stack, port: number) {
  return { port, container: { name: database.name, port: database.innerPort } };
}

/**
 * Returns how to find out whether the database's container runs, and how to log in as the database's owner, with the
 * password of the `.env`, over the port that the container publishes.
 */
export function ownerLogIn(stack: Stack, login: OwnerLogin, signal: AbortSignal) {
  let last: Container | null = null;
  let ahead: { readonly port: number; readonly session: Promise<Session> } | null = null;
  const inspect = async () => {
    last = await containerNamed(stack.host, stack.containers.database.name, signal);
    return last;
  };
  return {
    isUp: async () => (await inspect())?.status === 'running',
    /** Begins to log in over the configured port, before the container was inspected. */
    ahead: () => {
      const { port } = stack.containers.database;
      ahead = { port, session: logInAsOwner(stack, login, port) };
      ahead.session.catch(() => undefined);
    },
    /**
     * @param other another database of the same server
     * @throws ProblemError if data/ was created with another password; DatabaseError if the server refuses
     */
    open: async (other?: string) => {
      const port = publishedPort(stack, last ?? (await inspect()));
      if (other !== undefined) return logInAsOwner(stack, { ...login, database: other }, port);
      const early = ahead?.port === port ? await ahead.session.catch(() => undefined) : undefined;
      if (early === undefined) closeLater(ahead?.session);
      ahead = null;
      // The database may have been restarted while the lock was waited for.
      if (early !== undefined && early.isLost?.() !== true) return early;
      try {
        return await logInAsOwner(stack, login, port);
      } catch (error) {
        if (!(error instanceof DatabaseError) || error.fault.code !== 'ECONNREFUSED') throw error;
        // The container may have been recreated since.
        const now = publishedPort(stack, await inspect());
        if (now === port) throw error;
        return logInAsOwner(stack, login, now);
      }
    },
  };
}

/** Closes a session over another port, if it is opened after all. */
function closeLater(session: Promise<Session> | undefined): void {
  session?.then((opened) => opened.close()).catch(() => undefined);
}

async function logInAsOwner(stack: Stack, login: OwnerLogin, port: number): Promise<Session> {
  const password = async () => {
    const known = await secretOf(stack, 'POSTGRES_PASSWORD');
    if (known === null) throw new ProblemError(otherPassword(stack));
    return known;
  };
  try {
    return await stack.host.openServer({ ...loginAt(stack, port), ...login, password });
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.fault.code !== wrongPassword) throw error;
    throw new ProblemError(otherPassword(stack), { cause: error });
  }
}

/** Returns whether PostgREST's role can log in with the password of the `.env`, over TCP. */
export async function authenticatorCanLogIn(
  stack: Stack,
  database: string,
  signal: AbortSignal,
): Promise<boolean> {
  const password = await secretOf(stack, 'POSTGREST_DB_PASSWORD');
  if (password === null) return false;
  const container = await containerNamed(stack.host, stack.containers.database.name, signal);
  try {
    const at = loginAt(stack, publishedPort(stack, container));
    await (await stack.host.openServer({ ...at, database, user: authenticator, password })).close();
    return true;
  } catch (error) {
    if (error instanceof DatabaseError && error.fault.code === wrongPassword) return false;
    throw error;
  }
}
