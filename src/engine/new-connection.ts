import { type CommandChange, notYet } from '../domain/change.ts';
import { pause } from '../domain/pause.ts';
import type { Host, ProcessResult } from '../domain/ports.ts';
import { ProblemError } from '../domain/problem.ts';

/** Milliseconds between two tries to get in. */
const pace = 2_000;

/**
 * Runs a command over a new connection to a host: what was changed may have cut the old one, and only a new one
 * proves that its owner still gets in. It is made anew for every try.
 * @throws ProblemError where nobody got in for as long as the change gives
 */
export async function askedAnew(
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
    await pause(pace, signal);
  }
}
