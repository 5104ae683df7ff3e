import { execa } from 'execa';
import type { EnvironmentVariables } from '../../domain/ports/own-process.ts';
import { ProblemError } from '../../domain/problem.ts';
import { sshEnvironment } from '../child-environment.ts';
import { clientMissing } from './log-in-problems.ts';

/** Runs one of OpenSSH's programs on this machine, without a terminal, so that it cannot prompt. */
export async function askOpenSsh(
  program: 'ssh' | 'ssh-add' | 'ssh-keygen',
  rest: readonly string[],
  environment: EnvironmentVariables = process.env,
): Promise<{ readonly exitCode: number | undefined; readonly stdout: string; readonly stderr: string }> {
  const result = await execa(program, rest, {
    reject: false,
    stdin: 'ignore',
    timeout: 10_000,
    env: sshEnvironment(environment),
    extendEnv: false,
  });
  if (result.code === 'ENOENT') throw new ProblemError(clientMissing(program));
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}
