import { z } from 'zod';
import { docker } from '../argv/docker.ts';
import type { Host } from '../domain/ports.ts';
import { askEngine } from './ask-engine.ts';

/** PostgreSQL's own words for what an operator has to see; PostgREST's and the image's begin likewise. */
const fault = /\b(ERROR|FATAL|PANIC|[Ee]rror):/;
/** They quote statements and rows, which are nobody's business here. */
const quoting = /\b(DETAIL|STATEMENT|CONTEXT|HINT):/;

/**
 * The time by the clock that stamps the lines of its containers' logs: the engine's own. This machine's, or that of
 * the program that asks the engine, may be ahead (then nothing would be read) or behind.
 * @returns RFC 3339, with nanoseconds (Docker Engine API, SystemInfo)
 * @throws ProblemError
 */
export async function engineTime(host: Host, signal: AbortSignal): Promise<string> {
  return z.iso.datetime({ offset: true }).parse((await askEngine(host, docker.time(), signal)).stdout.trim());
}

/**
 * Lines of a container's log since a moment (RFC 3339) of the engine's clock, oldest first, without what quotes rows.
 * @throws ProblemError where it cannot be read: silence is no proof then
 */
export async function logSince(
  host: Host,
  id: string,
  since: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const lines = linesOf(await askEngine(host, docker.logs(id, since), signal));
  // Two streams, each in its order; the times before the lines are all of one length.
  return lines.toSorted();
}

/** Why it ended, as far as its last lines say: the faults among them, or all of them. */
export async function logReason(host: Host, id: string, signal: AbortSignal): Promise<readonly string[]> {
  const lines = linesOf(await host.processes.run(docker.logTail(id, 50), null, signal));
  const faults = faultsIn(lines);
  return (faults.length > 0 ? faults : lines).slice(-10);
}

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
  return [...stdout.split('\n'), ...stderr.split('\n')].filter((line) => line !== '' && !quoting.test(line));
}
