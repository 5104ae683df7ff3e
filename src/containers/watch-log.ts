import { authenticator } from '../database/authenticator.ts';
import type { Facts } from '../domain/evidence.ts';
import { ProblemError } from '../domain/problem.ts';
import type { Session } from '../domain/session.ts';
import { inspectedIn } from '../schema/inspected-in.ts';
import type { Target } from '../targets/target.ts';
import { containerNamed } from './container.ts';
import { faultsIn, logSince, searchesStdoutOnly } from './container-log.ts';
import { errorsInLog } from './container-problems.ts';
import { discountedText, sortErrors } from './log-noise.ts';
import type { Stack } from './stack.ts';

/** What a database's log says about the time in which it was watched. */
export interface WatchedLog {
  readonly facts: Facts;
  /** What the log showed, and how to search it; empty if it was not read. */
  readonly summary: string;
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
 * Returns the time by the clock of a database's server. In a container, that is the clock of the engine, which stamps the
 * lines of its log; the clock of this machine may be ahead (then nothing would be read) or behind.
 * @returns RFC 3339, in UTC
 */
export async function serverTime(session: Session): Promise<string> {
  const format = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"';
  const [row] = await session.query(
    `select to_char(clock_timestamp() at time zone 'UTC', '${format}') as time`,
  );
  return String(row?.time);
}

/** Returns the time of the first check since the database was changed; null if the target's log cannot be read. */
export async function timeOfChecks({ stack, database }: Target): Promise<string | null> {
  if (stack === null) return null;
  return inspectedIn(database, 'time of the checks', async () => serverTime(await database.session()));
}

/**
 * Reads what a target's database has logged since a time of its server; null for a log that cannot be read.
 * @param inspects whether what was read before will do, if nothing was changed since
 * @throws ProblemError if that contains an error, or if the log cannot be read
 */
export async function readLog(
  { stack, server }: Target,
  since: string | null,
  signal: AbortSignal,
  inspects: boolean,
): Promise<WatchedLog> {
  if (stack !== null && since !== null) return readSince(stack, since, signal, inspects);
  return { facts: {}, summary: '', unread: server === null ? null : logNotAccessible };
}

async function readSince(
  stack: Stack,
  since: string,
  signal: AbortSignal,
  inspects: boolean,
): Promise<WatchedLog> {
  const { name, settings } = stack.containers.database;
  const container = await containerNamed(stack.host, name, signal);
  if (container === null) {
    const unread = `there is no container ${name} on ${stack.host.name} whose log could be read`;
    return { facts: {}, summary: '', unread };
  }
  const lines = await logSince(stack.host, container.id, since, signal, inspects);
  const errors = faultsIn(lines).filter((line) => !line.includes(refusedApi));
  const { faults, ...discounted } = sortErrors(errors, settings.log_line_prefix ?? '');
  if (faults.length > 0) throw new ProblemError(errorsInLog(stack, stack.containers.database, faults));
  const { ownErrors, refusedRequests } = discounted;
  return {
    facts: { logErrors: 0, ownErrors, refusedRequests },
    summary: `no errors in its log meanwhile${discountedText(discounted)}. ${howToSearch(stack)}`,
    unread: null,
  };
}

/** Returns the command that finds the errors that are not erp-deploy's own. */
function howToSearch({ containers: { database } }: Stack): string {
  const isNamed = (database.settings.log_line_prefix ?? '').includes('%a');
  const others = isNamed ? " | grep -vE 'erp-deploy|PostgREST .*permission denied for schema'" : '';
  return `${searchesStdoutOnly}; docker logs ${database.name} 2>&1 | grep -E '(ERROR|FATAL|PANIC): '${others} finds them`;
}
