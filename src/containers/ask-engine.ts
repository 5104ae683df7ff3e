import { lineOn } from '../domain/command-text.ts';
import type { ProcessResult } from '../domain/ports.ts';
import { exitCodes, type Problem, ProblemError } from '../domain/problem.ts';
import { asTyped, type Command } from '../domain/shell-script.ts';
import { quoted } from '../domain/show-change.ts';
import { type EngineHost, toolsAnew } from './tools.ts';

type Argv = readonly [string, ...string[]];

/**
 * A look of docker's that ends with 0 where it finds nothing, too: any other end is a fault, and no "not there" may
 * be made of it.
 * @param absent how it ends besides where nothing is there
 * @throws ProblemError: that no engine answers any more, or what docker said
 */
export async function askEngine(
  host: EngineHost,
  argv: Argv,
  signal: AbortSignal,
  absent = 0,
  input?: string,
): Promise<ProcessResult> {
  const answer = await host.processes.run(argv, null, signal, undefined, { input });
  if (answer.exitCode !== 0 && answer.exitCode !== absent) {
    const command = { argv, ...(input === undefined ? {} : { input }) };
    throw new ProblemError(await engineFault(host, command, answer, signal));
  }
  return answer;
}

/** The lines of such a look that hold something. */
export async function linesFrom(
  host: EngineHost,
  argv: Argv,
  signal: AbortSignal,
  input?: string,
): Promise<readonly string[]> {
  const { stdout } = await askEngine(host, argv, signal, 0, input);
  return stdout.split('\n').filter((line) => line !== '');
}

/** Why a look failed: an engine that answered before may be gone meanwhile. */
async function engineFault(
  host: EngineHost,
  command: Command,
  { stderr }: ProcessResult,
  signal: AbortSignal,
): Promise<Problem> {
  const tools = await toolsAnew(host, signal);
  return 'code' in tools ? tools : lookFailed(host, command, stderr);
}

function lookFailed(host: EngineHost, command: Command, said: string): Problem {
  return {
    code: 'ERP-0610',
    what: `The Docker engine on ${host.name} answers, and a look at it failed.`,
    why: 'What docker said is below; nothing was concluded from it.',
    todo: [
      `Try it by hand: ${lineOn(host, asTyped(command).argv.map(quoted).join(' '))}`,
      'Then start again.',
    ],
    exit: exitCodes.prerequisite,
    excerpt: said.trim().split('\n').slice(-5),
  };
}
