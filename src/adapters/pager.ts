import type { EnvironmentVariables } from '../domain/ports/own-process.ts';
import { childEnvironment } from './child-environment.ts';

/**
 * Shows a text in a pager on the terminal. A pager reads the text from stdin, and its keys from /dev/tty.
 * @param pager the value of $PAGER: a program with arguments, which a shell parses
 */
export async function showInPager(
  pager: string,
  text: string,
  environment: EnvironmentVariables,
): Promise<void> {
  const { execa } = await import('execa');
  await execa('sh', ['-c', pager], {
    input: text,
    stdout: 'inherit',
    stderr: 'inherit',
    reject: false,
    env: childEnvironment(environment),
    extendEnv: false,
  });
}

/** Runs a command with an argument on the terminal until it ends, and returns its exit code; 127 if there is no such program. */
export async function openWith(
  command: string,
  argument: string,
  environment: EnvironmentVariables,
): Promise<number> {
  const { execa } = await import('execa');
  const { exitCode } = await execa('sh', ['-c', `${command} "$1"`, 'sh', argument], {
    stdio: 'inherit',
    reject: false,
    env: childEnvironment(environment),
    extendEnv: false,
  });
  return exitCode ?? 1;
}
