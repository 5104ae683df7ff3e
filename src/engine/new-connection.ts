import { type CommandChange, notYet } from '../domain/change.ts';
import { pause } from '../domain/pause.ts';
import type { Host, ProcessResult } from '../domain/ports/host.ts';
import { ProblemError } from '../domain/problem.ts';

/** Milliseconds between two attempts to connect. */
const interval = 2_000;

/**
 * Runs a command over a new connection to a host, and opens one for each attempt: the change may have broken the old
 * connection, and only a new one shows that the operator can still log in.
 * @throws ProblemError if no attempt succeeds within the change's time limit
 */
export async function runOnNewConnection(
  host: Pick<Host, 'processes' | 'renew'>,
  { argv, input, seconds }: NonNullable<CommandChange['confirm']>,
  cwd: string,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<ProcessResult> {
  const until = performance.now() + seconds * 1000;
  for (;;) {
    try {
      await host.renew();
      const result = await host.processes.run(argv, cwd, signal, onLine, { input });
      if (result.exitCode !== notYet || performance.now() > until) return result;
    } catch (error) {
      if (!(error instanceof ProblemError) || performance.now() > until) throw error;
    }
    await pause(interval, signal);
  }
}
