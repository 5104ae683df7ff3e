import { pause } from '../domain/pause.ts';
import { ProblemError } from '../domain/problem.ts';
import type { Container } from './container.ts';
import { logSince } from './container-log.ts';
import { errorsInApiLog } from './container-problems.ts';
import type { Stack } from './stack.ts';

/**
 * PostgREST's error messages (PostgREST/postgrest, src/PostgREST/Observation.hs, v14), after the timestamps of docker
 * and of PostgREST. Lines about requests, which begin with an address or are JSON, do not match.
 */
const fault = /^\S+Z (\S+ \+0000: (?=Failed )|\S+ \+0000: .*\b(FATAL|Fatal|[Ee]rror)\b|postgrest: )/;
/** PostgREST retries this itself, without a limit; the endpoints are requested until they are up to date. */
const listening = /: Failed (listening for database notifications|during listener connection cleanup)/;
/** Whatever failed before this line has recovered. */
const loaded = /: Schema cache loaded /;

/** The number of times the log is read again, and milliseconds in between: PostgREST waits up to 32 s to reconnect. */
const tries = 35;
const pollInterval = 1000;

/** Returns unresolved errors, and whether the schema cache was loaded; the oldest lines may be missing from the log. */
export function judgeApiLog(lines: readonly string[]): {
  readonly faults: readonly string[];
  readonly isLoaded: boolean;
} {
  const last = lines.findLastIndex((line) => loaded.test(line));
  return {
    faults: lines
      .slice(last + 1)
      .filter((line) => fault.test(line) && !listening.test(line))
      .map(withoutRows),
    isLoaded: last !== -1,
  };
}

/** PostgreSQL's details and hints may quote rows. */
function withoutRows(line: string): string {
  return line.replaceAll(/"(details|hint)":"(?:[^"\\]|\\.)*",?/g, '');
}

/**
 * Reads PostgREST's log since it started, and summarizes it in a line.
 * @throws ProblemError if it contains an unresolved error, or cannot be read
 */
export async function assertNoApiErrors(
  stack: Stack,
  container: Container,
  signal: AbortSignal,
): Promise<string> {
  for (let left = tries; ; left--) {
    const lines = await logSince(stack.host, container.id, container.startedAt, signal);
    const { faults, isLoaded } = judgeApiLog(lines);
    if (faults.length === 0) return isLoaded ? loadedWithoutErrors : 'no errors in its log';
    if (left === 0) throw new ProblemError(errorsInApiLog(stack, faults));
    await pause(pollInterval, signal);
  }
}

const loadedWithoutErrors = 'its log shows that the schema cache was loaded, and no errors since';
