import { authenticator } from '../database/authenticator.ts';
import type { Facts } from '../domain/evidence.ts';
import type { Database } from '../domain/ports/database.ts';
import { ProblemError } from '../domain/problem.ts';
import { inspectedIn } from '../schema/inspected-in.ts';
import type { Target } from '../targets/target.ts';
import { containerNamed } from './container.ts';
import { engineTime, faultsIn, logSince } from './container-log.ts';
import { errorsInLog } from './container-problems.ts';
import type { Stack } from './stack.ts';

/** What a database's log says about the time in which it was watched. */
export interface WatchedLog {
  readonly facts: Facts;
  /** Why the log could not be read; null if it was read, or if the database has none (the embedded engine). */
  readonly unread: string | null;
}

/**
 * Left by a PostgREST that still has the previous password, if the rollout before was interrupted between the new
 * password and the new container. The step of the API fixes that.
 */
const refusedApi = `password authentication failed for user "${authenticator}"`;

const logNotAccessible =
  "the server's log is not accessible: check it for errors since the migrations, in the tools of its provider";

/**
 * Starts to watch the log of a target's database.
 * @returns a function that reads what was logged since, or, if asked, accepts what it read before any change; it throws
 * ProblemError if that contains an error, or if the log cannot be read
 */
export async function watchLog(
  { stack, server, database }: Target,
  signal: AbortSignal,
): Promise<(inspects: boolean) => Promise<WatchedLog>> {
  if (stack === null) {
    const unread = server === null ? null : logNotAccessible;
    return async () => ({ facts: {}, unread });
  }
  const since = await logTime(database, stack, signal);
  return (inspects) => readSince(stack, since, signal, inspects);
}

/**
 * Returns the time from which a log is read: that of the first check since the database was changed. A later check then
 * reads no less.
 */
function logTime(database: Database, { host }: Stack, signal: AbortSignal): Promise<string> {
  return inspectedIn(database, 'time of the log', () => engineTime(host, signal));
}

async function readSince(
  stack: Stack,
  since: string,
  signal: AbortSignal,
  inspects: boolean,
): Promise<WatchedLog> {
  const { name } = stack.containers.database;
  const container = await containerNamed(stack.host, name, signal);
  if (container === null) {
    const unread = `there is no container ${name} on ${stack.host.name} whose log could be read`;
    return { facts: {}, unread };
  }
  const lines = await logSince(stack.host, container.id, since, signal, inspects);
  const faults = faultsIn(lines).filter((line) => !line.includes(refusedApi));
  if (faults.length > 0) throw new ProblemError(errorsInLog(stack, stack.containers.database, faults));
  return { facts: { logErrors: 0 }, unread: null };
}
