import { execa } from 'execa';
import { ProblemError } from '../../domain/problem.ts';
import { clientMissing } from './log-in-problems.ts';

/** Runs one of OpenSSH's own programs on this machine, without a terminal to ask at. */
export async function askOpenSsh(
  program: 'ssh' | 'ssh-keygen',
  rest: readonly string[],
): Promise<{ readonly exitCode: number | undefined; readonly stdout: string; readonly stderr: string }> {
  const result = await execa(program, rest, { reject: false, stdin: 'ignore', timeout: 10_000 });
  if (result.code === 'ENOENT') throw new ProblemError(clientMissing(program));
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}
