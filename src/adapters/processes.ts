import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Processes } from '../domain/ports/host.ts';
import type { EnvironmentVariables } from '../domain/ports/own-process.ts';
import { childEnvironment, revealed } from './child-environment.ts';
import { withFileFault } from './files.ts';
import { linesOf, paced } from './output-lines.ts';

/**
 * Runs programs in folders of a root folder, without a shell, so that arguments need no quoting.
 * @param inherited the environment of every program, without its credentials, to which each call can add variables
 */
export function processesIn(root: string, inherited: EnvironmentVariables = process.env): Processes {
  return {
    run: async (
      [program, ...rest],
      cwd,
      signal,
      onLine,
      { environment = {}, input, streamed = false } = {},
    ) => {
      const folder = cwd === null ? '/' : join(root, cwd);
      // Loaded on first use, because it takes longer to load than `status --recorded` runs.
      const { execa } = await import('execa');
      const running = execa(program, rest, {
        cwd: folder,
        reject: false,
        ...(input === undefined ? { stdin: 'ignore' } : { input }),
        env: { ...childEnvironment(inherited), ...revealed(environment) },
        extendEnv: false,
        // The output is kept by `linesOf`, which limits its length.
        buffer: false,
        cancelSignal: signal,
        // Detached: a terminal sends Ctrl-C to its whole process group, but a change that has started must finish.
        detached: true,
      });
      const [out, err] = [running.stdout, running.stderr].map((stream) => {
        if (onLine !== undefined) paced(stream);
        return linesOf(stream, { onLine, streamed });
      });
      const result = await running;
      // That a program was aborted must not count as its failure; some, such as docker, then end with an exit code.
      if (result.isCanceled || result.exitCode === undefined) signal.throwIfAborted();
      const missing = result.code === 'ENOENT';
      // execve(2) does not report which is missing, the folder or the program.
      if (missing) await withFileFault('enter the folder', cwd ?? '/', () => access(folder));
      return {
        exitCode: result.exitCode ?? null,
        stdout: out?.text() ?? '',
        stderr: err?.text() ?? '',
        notFound: missing || result.code === 'EACCES',
      };
    },
  };
}
