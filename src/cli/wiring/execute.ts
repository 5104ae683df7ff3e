import type { CommandName } from '../../domain/command-names.ts';
import type { Reported } from '../../domain/events.ts';
import { type ExitCode, exitCodes, ProblemError } from '../../domain/problem.ts';
import { RoundTrips } from '../../domain/round-trips.ts';
import { bugProblem, problemsOf } from '../../engine/faults.ts';
import { Interrupted, OutputLost } from '../../engine/interrupted.ts';
import { Reporter } from '../../engine/reporter.ts';
import { untilStopped } from '../../engine/until-stopped.ts';
import { phrasingOf } from './as-typed.ts';
import { type CommandParts, journalPath } from './command.ts';
import { commandModules } from './command-modules.ts';
import { commands } from './command-table.ts';
import { flagsSchema } from './flags.ts';
import { invocationOf } from './invocation.ts';
import { defaultName, type Io } from './io.ts';
import { misplacedUrls } from './misplaced-urls.ts';
import { missingWorkspace } from './missing-workspace.ts';
import { frontEndFor, isRollout } from './terminal.ts';

/**
 * Runs one command and emits its last event.
 * @param given the command's options, as commander parsed them
 * @param argv the whole command line
 */
export async function execute(
  name: CommandName,
  given: unknown,
  io: Io,
  version: string,
  argv: readonly string[],
): Promise<ExitCode> {
  const { adapters, env, cwd, calledAs = defaultName } = io;
  const flags = flagsSchema.parse(given);
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
    hostKey: { shown: null, expected: null },
    signal,
    version,
    invocation,
    typed,
  };
  const exit = await outcomeOf(parts);
  const lost = signal.reason instanceof OutputLost ? signal.reason.problem : null;
  if (lost !== null) reporter.problem(lost);
  reporter.emit({
    type: 'rollout.finished',
    counts: reporter.counts,
    exit,
    milliseconds: Math.round(performance.now() - since - reporter.waited),
    ...(reporter.waited < 1 ? {} : { waited: Math.round(reporter.waited) }),
    journal: journalPath,
  });
  await frontEnd.close();
  return exit;
}

async function outcomeOf(parts: CommandParts): Promise<ExitCode> {
  const { isReadOnly } = commands[parts.name];
  try {
    const fault = misplacedUrls(parts.flags) ?? (await missingWorkspace(parts));
    if (fault !== null) throw new ProblemError(fault);
    const action = await commandModules[parts.name](parts.flags);
    const exit = await endedBySignal(parts, action(parts));
    // The last check may have been cut short, so the result may be incomplete.
    if (isReadOnly) parts.signal.throwIfAborted();
    return exit;
  } catch (error) {
    if (error instanceof Interrupted) {
      if (!isRollout(parts.name)) parts.reporter.emit(interruptedBy(error, isReadOnly === true));
      return error.exit;
    }
    return reportFault(parts.reporter, error);
  }
}

/** Milliseconds after a signal until a command is abandoned that applies no change. */
const grace = 1_200;

/** Waits for a command, and abandons it some time after a signal, whatever it waits for, unless it applies a change. */
function endedBySignal({ signal, working }: CommandParts, asked: Promise<ExitCode>): Promise<ExitCode> {
  return untilStopped(signal, asked, grace, () => working.changes === 0);
}

function interruptedBy({ by }: Interrupted, isCheck: boolean): Reported {
  const what = isCheck ? 'not everything was checked' : 'it did not finish';
  return { type: 'note', level: 'warning', text: `Stopped by ${by}: ${what}.` };
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
