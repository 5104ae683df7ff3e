import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Processes } from '../domain/ports.ts';
import { told } from './files.ts';

/** Runs programs below a folder. No shell is between: an argument stays an argument. */
export function processesIn(root: string): Processes {
  return {
    run: async ([program, ...rest], cwd, signal) => {
      const result = await execa(program, rest, {
        cwd: join(root, cwd),
        reject: false,
        stdin: 'ignore',
        cancelSignal: signal,
      });
      // A program that was cut off answered nothing, and no "no" may be made of that.
      if (result.exitCode === undefined) signal.throwIfAborted();
      const missing = result.code === 'ENOENT';
      // execve(2) names neither: where the folder is missing, the program is not.
      if (missing) await told('enter the folder', cwd, () => access(join(root, cwd)));
      return {
        exitCode: result.exitCode ?? null,
        stdout: result.stdout,
        stderr: result.stderr,
        notFound: missing || result.code === 'EACCES',
      };
    },
  };
}
