import { dirname } from 'node:path';
import { leavePendingLookup } from './adapters/pending-lookup.ts';
import type { Adapters } from './cli/wiring/adapters.ts';
import { runCommandLine } from './cli/wiring/command-line.ts';
import { programName } from './cli/wiring/invocation.ts';
import { stopOnSignals } from './cli/wiring/signals.ts';
import { exitCodes, type Problem, ProblemError } from './domain/problem.ts';
import { bugProblem, problemsOf } from './engine/faults.ts';
import { problemLines } from './headless/problem-text.ts';

/**
 * Runs erp-deploy with the command line, streams and signals of this process, and sets its exit code. The process
 * ends when nothing is left to do, or at once on a second signal.
 * @param adapters access to files, processes and networks, in place of the real ones; tests wrap them
 */
export async function start(adapters?: Adapters): Promise<void> {
  process.on('uncaughtException', endWithBug);
  const stop = stopOnSignals(process, endAtOnce);
  if (process.stdout.isTTY) {
    const { watchTerminal } = await import('./adapters/terminal-watch.ts');
    watchTerminal(stop.terminalClosed);
  }
  process.once('exit', () => {
    // The last write may fail after the command has ended.
    const problem = stop.outputLost()?.problem ?? null;
    if (problem === null || process.exitCode !== exitCodes.done) return;
    process.stderr.write(`${problemLines(problem).join('\n')}\n`);
    process.exitCode = problem.exit;
  });
  try {
    const cwd = currentDirectory();
    const io = {
      env: process.env,
      cwd,
      // A getter, because Node opens stdin when it is first accessed, and `--help` does not need it.
      get stdin() {
        // With its terminal closed, reading fails with EIO.
        if (!process.stdin.listeners('error').includes(stop.terminalClosed))
          process.stdin.on('error', stop.terminalClosed);
        return process.stdin;
      },
      stdout: process.stdout,
      stderr: process.stderr,
      signal: stop.signal,
      calledAs: programName(process.argv[1], cwd === packageFolder()),
    };
    const load = async () => adapters ?? (await import('./cli/wiring/adapters.ts')).realAdapters;
    process.exitCode = await runCommandLine(process.argv.slice(2), io, load);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const [problem] = problemsOf(error);
    process.stderr.write(`${problemLines(problem).join('\n')}\n`);
    process.exitCode = problem.exit;
  } finally {
    // What an abandoned command left open must not keep the process alive.
    if (stop.signal.aborted) setTimeout(() => endAtOnce(process.exitCode), lingering).unref();
    stop.dispose();
  }
}

function endAtOnce(code: typeof process.exitCode): void {
  leavePendingLookup(code);
  process.exit(code);
}

/** Milliseconds for the last output to be read after a signal. */
const lingering = 300;

/** Returns the folder of this package, without links: the bundle is in its `dist`. */
const packageFolder = () => dirname(import.meta.dirname);

/** @throws ProblemError (exit 3) if the current directory was removed */
function currentDirectory(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new ProblemError(noDirectory, { cause: error });
  }
}

const noDirectory: Problem = {
  code: 'ERP-0311',
  what: 'The current directory does not exist.',
  why: 'It was removed after the shell entered it.',
  todo: [{ text: 'Change to another directory, then run again.' }],
  exit: exitCodes.prerequisite,
};

/** Ends the process as Node does after an uncaught error, but without secrets in the message. */
function endWithBug(error: unknown): void {
  // Printed on exit, after the listeners that restore the terminal.
  process.on('exit', () => void process.stderr.write(`${problemLines(bugProblem(error)).join('\n')}\n`));
  process.exit(exitCodes.bug);
}
