import type { EnvironmentVariables } from '../domain/ports.ts';
import { childEnvironment } from './child-environment.ts';

/**
 * Shows a file in a pager on the terminal.
 * @param pager the value of $PAGER: a program with arguments, which a shell parses
 */
export async function showInPager(
  pager: string,
  path: string,
  environment: EnvironmentVariables,
): Promise<void> {
  const { execa } = await import('execa');
  await execa('sh', ['-c', `${pager} "$1"`, 'sh', path], {
    stdio: 'inherit',
    reject: false,
    env: childEnvironment(environment),
    extendEnv: false,
  });
}
