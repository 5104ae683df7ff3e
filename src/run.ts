import { CommanderError, type OutputConfiguration } from 'commander';
import { phrasingOf, problemAsTyped } from './cli/wiring/as-typed.ts';
import { type CommandParts, journalPath } from './cli/wiring/command.ts';
import { commandModules } from './cli/wiring/command-modules.ts';
import { commands } from './cli/wiring/command-table.ts';
import type { Flags } from './cli/wiring/flags.ts';
import { invocationOf } from './cli/wiring/invocation.ts';
import { defaultName, type Io } from './cli/wiring/io.ts';
import { rememberSecrets } from './cli/wiring/known-secrets.ts';
import { misplacedUrls } from './cli/wiring/misplaced-urls.ts';
import { programOf } from './cli/wiring/program.ts';
import { frontEndFor, isRollout } from './cli/wiring/terminal.ts';
import { unknownCommand, usageProblem } from './cli/wiring/usage-problems.ts';
import { programVersion } from './cli/wiring/workspace-ports.ts';
import { atBorder } from './domain/border.ts';
import type { CommandName, Reported } from './domain/events.ts';
import { type ExitCode, exitCodes, type Problem, ProblemError } from './domain/problem.ts';
import { RoundTrips } from './domain/round-trips.ts';
import { bugProblem, problemsOf } from './engine/faults.ts';
import { Interrupted, OutputLost } from './engine/interrupted.ts';
import { Reporter } from './engine/reporter.ts';
import { untilStopped } from './engine/until-stopped.ts';
import { jsonFrontEnd } from './headless/json.ts';
import { problemLines } from './headless/problem-text.ts';

export { type Adapters, realAdapters } from './cli/wiring/adapters.ts';
export type { Io } from './cli/wiring/io.ts';
export type { CommandName, RolloutEvent } from './domain/events.ts';
export { eventVersion } from './domain/events.ts';
export { type ExitCode, exitCodes } from './domain/problem.ts';
export { Interrupted } from './engine/interrupted.ts';

/**
 * Runs one command of erp-deploy, from its command line to its exit code. Uses only what it is given: no global of the
 * process, so several runs can share one process. Does not end the process.
 * @param argv the arguments after the name of the program, such as `['run', '--json', '--workspace', '/srv/erp']`
 * @throws only on a bug that no command catches
 */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  rememberSecrets(argv, io.env);
  const version = programVersion();
  let exit: ExitCode = exitCodes.done;
  const program = programOf(
    version,
    async (name, flags) => {
      exit = await execute(name, flags, io, version, argv);
    },
    helpTo(io),
  );
  try {
    const problem = unknownCommand(argv);
    if (problem !== null) return usageFault(problem, io, argv);
    await program.parseAsync(argv, { from: 'user' });
    return exit;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.done : usageFault(usageProblem(error, argv), io, argv);
  }
}

/** Returns where commander writes, and how wide. By default it would use the process's streams. */
function helpTo({ stdout, stderr }: Io): OutputConfiguration {
  return {
    writeOut: (text) => void stdout.write(text),
    writeErr: (text) => void stderr.write(text),
    getOutHelpWidth: () => stdout.columns ?? 80,
    getErrHelpWidth: () => stderr.columns ?? 80,
    // The help has no colors.
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  };
}

/**
 * Returns a signal whose reason is always an `Interrupted`, as commands expect. A command that only reads continues
 * without a reader of its output, as other programs do before `| head`.
 */
function interruption(signal: AbortSignal, isReadOnly: boolean): AbortSignal {
  const stop = new AbortController();
  const abort = () => {
    const { reason } = signal;
    if (isReadOnly && reason instanceof OutputLost && reason.hasNoReader) return;
    stop.abort(reason instanceof Interrupted ? reason : new Interrupted('SIGTERM'));
  };
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true, signal: stop.signal });
  return stop.signal;
}

/** Reports a faulty command line, as an event as well if events were asked for. */
function usageFault(fault: Problem, io: Io, typed: readonly string[]): ExitCode {
  const { stdout, stderr, adapters, calledAs = defaultName } = io;
  const json = typed.includes('--json');
  const toError = (text: string) => void stderr.write(text);
  const view = json ? jsonFrontEnd((text) => void stdout.write(text), toError) : null;
  const problem = problemAsTyped(fault, invocationOf(calledAs, typed, io.cwd, null));
  if (view === null) stderr.write(`${problemLines(atBorder(problem)).join('\n')}\n`);
  else reportAndFinish(new Reporter(view, adapters.clock), problem);
  return problem.exit;
}

function reportAndFinish(reporter: Reporter, problem: Problem): void {
  reporter.problem(problem);
  const { counts } = reporter;
  reporter.emit({
    type: 'rollout.finished',
    counts,
    exit: problem.exit,
    milliseconds: 0,
    journal: journalPath,
  });
}

async function execute(
  name: CommandName,
  flags: Flags,
  io: Io,
  version: string,
  argv: readonly string[],
): Promise<ExitCode> {
  const { adapters, env, cwd, calledAs = defaultName } = io;
  const since = performance.now();
  const frontEnd = await frontEndFor(name, flags, io);
  const invocation = invocationOf(calledAs, argv, cwd, flags);
  const traffic = new RoundTrips();
  const reporter = new Reporter(frontEnd, adapters.clock, phrasingOf(invocation), traffic);
  const { typed } = invocation;
  const here = adapters.filesIn(cwd);
  const signal = interruption(io.signal, commands[name].isReadOnly === true);
  const parts = {
    name,
    flags,
    adapters,
    env,
    cwd,
    here,
    terminal: io,
    reporter,
    traffic,
    working: { changes: 0 },
    signal,
    version,
    typed,
  };
  const exit = await outcomeOf(parts);
  const lost = signal.reason instanceof OutputLost ? signal.reason.problem : null;
  if (lost !== null) reporter.problem(lost);
  reporter.emit({
    type: 'rollout.finished',
    counts: reporter.counts,
    exit,
    milliseconds: Math.round(performance.now() - since),
    journal: journalPath,
  });
  await frontEnd.close();
  return exit;
}

async function outcomeOf(parts: CommandParts): Promise<ExitCode> {
  const { isReadOnly } = commands[parts.name];
  try {
    const misplaced = misplacedUrls(parts.flags);
    if (misplaced !== null) throw new ProblemError(misplaced);
    const action = await commandModules[parts.name]();
    const exit = await endedBySignal(parts, action(parts));
    // The last check may have been cut short, so the result may be incomplete.
    if (isReadOnly) parts.signal.throwIfAborted();
    return exit;
  } catch (error) {
    if (error instanceof Interrupted) {
      if (isReadOnly) parts.reporter.emit(interruptedCheck(error));
      return error.exit;
    }
    return reportFault(parts.reporter, error);
  }
}

/** Milliseconds after a signal until a command is abandoned that applies no change. */
const grace = 1_200;

/**
 * Waits for a command, and abandons it some time after a signal, whatever it waits for. Commands that change things
 * without the engine (restore, unlock, init) are never abandoned.
 */
function endedBySignal({ name, signal, working }: CommandParts, asked: Promise<ExitCode>): Promise<ExitCode> {
  if (commands[name].isReadOnly !== true && !isRollout(name)) return asked;
  return untilStopped(signal, asked, grace, () => working.changes === 0);
}

function interruptedCheck({ by }: Interrupted): Reported {
  return { type: 'note', level: 'warning', text: `Stopped by ${by}: not everything was checked.` };
}

/** Reports an error: a known fault as a problem, anything else as a bug, with its stack. */
function reportFault(reporter: Reporter, error: unknown): ExitCode {
  try {
    const problems = problemsOf(error);
    for (const problem of problems) reporter.problem(problem);
    return problems[0].exit;
  } catch (bug) {
    reporter.problem(bugProblem(bug));
    return exitCodes.bug;
  }
}
