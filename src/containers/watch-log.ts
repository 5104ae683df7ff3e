import { authenticator } from '../database/authenticator.ts';
import type { Facts } from '../domain/evidence.ts';
import { ProblemError } from '../domain/problem.ts';
import type { Context } from '../workspace/context.ts';
import { containerNamed } from './container.ts';
import { engineTime, faultsIn, logSince } from './container-log.ts';
import { errorsInLog } from './container-problems.ts';
import { type Stack, services } from './stack.ts';

/** What a database's log says of the time that it was watched. */
export interface LogSeen {
  readonly facts: Facts;
  /** Why the log proves nothing; null where it was read, and where the database keeps none (the embedded engine). */
  readonly unread: string | null;
}

/**
 * Of a PostgREST that runs on with an older password, because the roll-out before broke off between the new
 * one and the new container: its own step looks at that, and mends it.
 */
const refusedApi = `password authentication failed for user "${authenticator}"`;

const logNotInReach =
  "the server's log is not in reach: look there for errors since the migrations, where its provider shows it";

/**
 * From now on, nothing that is tried here may leave an error in the database's log.
 * @returns the look at what came since. It throws ProblemError where an error did, or the log cannot be read
 */
export async function watchLog({
  stack,
  database,
  signal,
}: Pick<Context, 'stack' | 'database' | 'signal'>): Promise<() => Promise<LogSeen>> {
  if (stack === null) {
    // The log of a server that others run is not in reach: nothing is said of it.
    const unread = database.target === 'production' ? logNotInReach : null;
    return async () => ({ facts: {}, unread });
  }
  const since = await engineTime(stack.host, signal);
  return () => seenSince(stack, since, signal);
}

async function seenSince(stack: Stack, since: string, signal: AbortSignal): Promise<LogSeen> {
  const { name } = services.database;
  const container = await containerNamed(stack.host, name, signal);
  if (container === null) {
    const unread = `there is no container ${name} on ${stack.host.name} whose log could be read`;
    return { facts: {}, unread };
  }
  const lines = await logSince(stack.host, container.id, since, signal);
  const faults = faultsIn(lines).filter((line) => !line.includes(refusedApi));
  if (faults.length > 0) throw new ProblemError(errorsInLog(stack, services.database, faults));
  return { facts: { logErrors: 0 }, unread: null };
}
