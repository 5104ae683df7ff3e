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
