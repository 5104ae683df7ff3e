import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Environment } from '../domain/change.ts';
import type { EnvironmentVariables, Processes } from '../domain/ports.ts';
import { Secret } from '../domain/secret.ts';
import { told } from './files.ts';
import { linesOf, paced } from './output-lines.ts';

/**
 * Runs programs below a folder. No shell is between: an argument stays an argument.
 * @param inherited what each of them finds in its environment, beside what it is given
 */
export function processesIn(root: string, inherited: EnvironmentVariables = process.env): Processes {
  return {
    run: async ([program, ...rest], cwd, signal, onLine, { environment = {}, input } = {}) => {
      const folder = cwd === null ? '/' : join(root, cwd);
      const running = execa(program, rest, {
        cwd: folder,
        reject: false,
        ...(input === undefined ? { stdin: 'ignore' } : { input }),
        env: { ...inherited, ...revealed(environment) },
        extendEnv: false,
        // What it prints is kept here, and no more of it than anybody reads.
        buffer: false,
        cancelSignal: signal,
        // A terminal sends its Ctrl-C to the whole process group, and a change that was begun is finished.
        detached: true,
      });
      const [out, err] = [running.stdout, running.stderr].map((stream) => {
        if (onLine !== undefined) paced(stream);
        return linesOf(stream, () => undefined, onLine);
      });
      const result = await running;
      // A program that was cut off answered nothing, and no "no" may be made of that.
      if (result.exitCode === undefined) signal.throwIfAborted();
      const missing = result.code === 'ENOENT';
      // execve(2) names neither: where the folder is missing, the program is not.
      if (missing) await told('enter the folder', cwd ?? '/', () => access(folder));
      return {
        exitCode: result.exitCode ?? null,
        stdout: out?.text() ?? '',
        stderr: err?.text() ?? '',
        notFound: missing || result.code === 'EACCES',
      };
    },
  };
}

function revealed(environment: Environment): Record<string, string> {
  const entries = Object.entries(environment);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, value instanceof Secret ? value.reveal() : value]),
  );
}
