import { realAdapters } from './cli/wiring/adapters.ts';
import { programName } from './cli/wiring/as-invoked.ts';
import type { Io } from './cli/wiring/io.ts';
import { stopOnSignals } from './cli/wiring/signals.ts';
import { exitCodes } from './domain/problem.ts';
import { bugProblem } from './engine/faults.ts';
import { problemLines } from './headless/problem-text.ts';
import { run } from './run.ts';

/**
 * Runs the program as this process: with its command line, streams and signals, and sets its exit code. The process
 * ends when nothing is left to do, or at once on a second signal.
 * @param adapters what reaches the world; tests put others around them
 */
export async function start(adapters: Io['adapters'] = realAdapters): Promise<void> {
  process.on('uncaughtException', endWithBug);
  const stop = stopOnSignals(process, (code) => process.exit(code));
  try {
    process.exitCode = await run(process.argv.slice(2), {
      adapters,
      env: process.env,
      cwd: process.cwd(),
      // Opened when it is first read: `--help` reads nothing.
      get stdin() {
        return process.stdin;
      },
      stdout: process.stdout,
      stderr: process.stderr,
      signal: stop.signal,
      calledAs: programName(process.argv[1]),
    });
  } finally {
    stop.dispose();
  }
}

/** Ends the process as Node does after an error that nothing caught, but shows no secret. */
function endWithBug(error: unknown): void {
  // Listeners that restore the terminal come first.
  process.on('exit', () => void process.stderr.write(`${problemLines(bugProblem(error)).join('\n')}\n`));
  process.exit(exitCodes.bug);
}
