import { authenticator } from '../database/authenticator.ts';
import { ProblemError } from '../domain/problem.ts';
import { DatabaseError, type Session } from '../domain/session.ts';
import { otherPassword } from './container-problems.ts';
import { type Stack, secretOf, services } from './stack.ts';

/** The SQLSTATE of a wrong password (PostgreSQL, appendix A). */
const wrongPassword = '28P01';

/**
 * Logs in as the database's owner, with the password of the `.env`, over the published port.
 * @throws ProblemError if data/ was created with another password; DatabaseError if the server refuses
 */
export async function logInAsOwner(stack: Stack, database: string, user: string): Promise<Session> {
  const password = async () => {
    const known = await secretOf(stack, 'POSTGRES_PASSWORD');
    if (known === null) throw new ProblemError(otherPassword(stack));
    return known;
  };
  try {
    return await stack.host.openServer({ port: services.database.port, database, user, password });
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.fault.code !== wrongPassword) throw error;
    throw new ProblemError(otherPassword(stack), { cause: error });
  }
}

/** Returns whether PostgREST's role can log in with the password of the `.env`, over TCP. */
export async function authenticatorCanLogIn(stack: Stack, database: string): Promise<boolean> {
  const password = await secretOf(stack, 'POSTGREST_DB_PASSWORD');
  if (password === null) return false;
  try {
    const login = { port: services.database.port, database, user: authenticator, password };
    await (await stack.host.openServer(login)).close();
    return true;
  } catch (error) {
    if (error instanceof DatabaseError && error.fault.code === wrongPassword) return false;
    throw error;
  }
}
