import { atBorder } from '../../domain/border.ts';
import type { ExitCode, Problem } from '../../domain/problem.ts';
import { Reporter } from '../../engine/reporter.ts';
import { jsonFrontEnd } from '../../headless/json.ts';
import { problemLines } from '../../headless/problem-text.ts';
import { problemAsTyped } from './as-typed.ts';
import { journalPath } from './command.ts';
import { invocationOf } from './invocation.ts';
import { defaultName, type Io } from './io.ts';

/** Reports a faulty command line, as an event as well if events were asked for. */
export function usageFault(fault: Problem, io: Io, typed: readonly string[]): ExitCode {
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
