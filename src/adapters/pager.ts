import { execa } from 'execa';
import type { EnvironmentVariables } from '../domain/ports.ts';

/**
 * Shows a file in a pager, on the person's terminal.
 * @param pager a program with its arguments, as $PAGER holds it: a shell reads it
 */
export async function showInPager(
  pager: string,
  path: string,
  environment: EnvironmentVariables,
): Promise<void> {
  await execa('sh', ['-c', `${pager} "$1"`, 'sh', path], {
    stdio: 'inherit',
    reject: false,
    env: environment,
    extendEnv: false,
  });
}
