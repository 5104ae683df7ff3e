import { docker } from '../argv/docker.ts';
import type { Host } from '../domain/ports/host.ts';
import { askDocker } from './ask-docker.ts';

/** The severities of PostgreSQL that are errors; messages of PostgREST and of the image begin likewise. */
const fault = /\b(ERROR|FATAL|PANIC|[Ee]rror):/;
const quoting = /\b(DETAIL|STATEMENT|CONTEXT|HINT):/;

/** Why the checklist's search of PostgreSQL's log finds nothing: `docker logs` prints both streams (docker-container-logs(1)). */
export const searchesStdoutOnly =
  "The checklist's docker logs | grep searches stdout, and PostgreSQL logs to stderr";

/**
 * Returns the lines of a container's log since a time (RFC 3339) of the engine's clock, oldest first, without those
 * that quote rows.
 * @param inspects whether what was read before will do, if nothing was changed since
 * @throws ProblemError if it cannot be read: that must not count as a log without errors
 */
export async function logSince(
  host: Host,
  id: string,
  since: string,
  signal: AbortSignal,
  inspects = false,
): Promise<readonly string[]> {
  const lines = linesOf(await askDocker(host, docker.logs(id, since), signal, { inspects }));
  // Merges both streams by the timestamps, which all have the same length.
  return lines.toSorted();
}

/** Returns the errors among the last lines of a log, or, without any, the last lines. */
export async function logReason(host: Host, id: string, signal: AbortSignal): Promise<readonly string[]> {
  const lines = linesOf(await host.processes.run(docker.logTail(id, 50), null, signal));
  const faults = faultsIn(lines);
  return (faults.length > 0 ? faults : lines).slice(-10);
}

/** Returns whether a line quotes a statement or a row, which must not be shown. */
export const quotesRows = (line: string): boolean => quoting.test(line);

export function faultsIn(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => fault.test(line));
}

function linesOf({
  stdout,
  stderr,
}: {
  readonly stdout: string;
  readonly stderr: string;
}): readonly string[] {
  return [...stdout.split('\n'), ...stderr.split('\n')].filter((line) => line !== '' && !quotesRows(line));
}
