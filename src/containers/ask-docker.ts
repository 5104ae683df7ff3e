import { commandOn } from '../domain/command-text.ts';
import type { ProcessResult } from '../domain/ports/host.ts';
import { exitCodes, type Problem, ProblemError } from '../domain/problem.ts';
import { asTyped, type Command } from '../domain/shell-script.ts';
import { type DockerHost, refreshedTools } from './tools.ts';

type Argv = readonly [string, ...string[]];

interface Asking {
  /** A further exit code that means that nothing was found. */
  readonly absent?: number;
  readonly input?: string | undefined;
  /** False for output that changes on its own, such as a log. */
  readonly inspects?: boolean;
}

/**
 * Runs a docker query. Exit code 0 includes an empty result; any other code is an error, and must not be read as
 * "missing".
 * @throws ProblemError with the message of docker, or that the Docker engine no longer answers
 */
export async function askDocker(
  host: DockerHost,
  argv: Argv,
  signal: AbortSignal,
  { absent = 0, input, inspects = true }: Asking = {},
): Promise<ProcessResult> {
  const answer = await host.processes.run(argv, null, signal, undefined, { input, inspects });
  if (answer.exitCode !== 0 && answer.exitCode !== absent) {
    const command = { argv, ...(input === undefined ? {} : { input }) };
    throw new ProblemError(await dockerFault(host, command, answer, signal));
  }
  return answer;
}

/** Runs a docker query, and returns the lines that it prints, without empty ones. */
export async function linesFrom(
  host: DockerHost,
  argv: Argv,
  signal: AbortSignal,
  input?: string,
): Promise<readonly string[]> {
  const { stdout } = await askDocker(host, argv, signal, { input });
  return stdout.split('\n').filter((line) => line !== '');
}

/** Returns why a query failed: the Docker engine may have stopped since it last answered. */
async function dockerFault(
  host: DockerHost,
  command: Command,
  { stderr }: ProcessResult,
  signal: AbortSignal,
): Promise<Problem> {
  host.forget?.();
  const tools = await refreshedTools(host, signal);
  return 'code' in tools ? tools : queryFailed(host, command, stderr);
}

function queryFailed(host: DockerHost, command: Command, output: string): Problem {
  return {
    code: 'ERP-0610',
    what: `The Docker engine on ${host.name} answers, but a query failed.`,
    why: 'The message of docker is below; the actual state is unknown.',
    todo: [
      { text: 'Try it yourself', command: commandOn(host, asTyped(command).argv) },
      { text: 'Then run again.' },
    ],
    exit: exitCodes.prerequisite,
    excerpt: output.trim().split('\n').slice(-5),
  };
}
