import { pause } from '../domain/pause.ts';
import { ProblemError } from '../domain/problem.ts';
import type { Container } from './container.ts';
import { logSince } from './container-log.ts';
import { errorsInApiLog } from './container-problems.ts';
import type { Stack } from './stack.ts';

/**
 * What PostgREST says where something failed (PostgREST/postgrest, src/PostgREST/Observation.hs, v14), behind docker's
 * time and its own. Lines of requests, which begin with an address or are JSON, are no matter of how it started.
 */
const fault = /^\S+Z (\S+ \+0000: (?=Failed )|\S+ \+0000: .*\b(FATAL|Fatal|[Ee]rror)\b|postgrest: )/;
/** It tries that again by itself for as long as it takes; meanwhile the endpoints are asked until they are fresh. */
const listening = /: Failed (listening for database notifications|during listener connection cleanup)/;
/** Whatever failed before was mended by then. */
const loaded = /: Schema cache loaded /;

/** How often, and how many milliseconds apart, it is given time to connect again: it waits for up to 32 s. */
const tries = 35;
const pace = 1000;

/** Faults that nothing after them mended, and whether it says that it is at work: its oldest lines may be gone. */
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

/** What PostgreSQL tells besides its message may quote rows. */
function withoutRows(line: string): string {
  return line.replaceAll(/"(details|hint)":"(?:[^"\\]|\\.)*",?/g, '');
}

/**
 * Reads PostgREST's log since it started, in a line for a person.
 * @throws ProblemError where it holds an error that nothing after it mended, or cannot be read
 */
export async function soundApiLog(stack: Stack, container: Container, signal: AbortSignal): Promise<string> {
  for (let left = tries; ; left--) {
    const lines = await logSince(stack.host, container.id, container.startedAt, signal);
    const { faults, isLoaded } = judgeApiLog(lines);
    if (faults.length === 0) return isLoaded ? atWork : 'its log tells of no error';
    if (left === 0) throw new ProblemError(errorsInApiLog(stack, faults));
    await pause(pace, signal);
  }
}

const atWork = 'its log tells of a schema cache that was loaded, and of no error since';
