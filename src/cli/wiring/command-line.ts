import { CommanderError, type OutputConfiguration } from 'commander';
import { secretVariables } from '../../adapters/child-environment.ts';
import { credentialsIn } from '../../domain/credentials.ts';
import type { EnvironmentVariables } from '../../domain/ports/own-process.ts';
import { type ExitCode, exitCodes, type Problem } from '../../domain/problem.ts';
import { Secret } from '../../domain/secret.ts';
import type { Adapters } from './adapters.ts';
import type { Io } from './io.ts';
import { programVersion } from './package-assets.ts';
import { programOf } from './program.ts';
import { unknownCommand, usageProblem } from './usage-problems.ts';

/** What a command may use of its process, except the adapters, which `--help` and `--version` do not load. */
export type IoWithoutAdapters = Omit<Io, 'adapters'>;

/**
 * Parses a command line and runs its command, as `run` does.
 * @param loadAdapters called only if a command runs, or the command line is not valid
 */
export async function runCommandLine(
  argv: readonly string[],
  io: IoWithoutAdapters,
  loadAdapters: () => Promise<Adapters>,
): Promise<ExitCode> {
  rememberSecrets(argv, io.env);
  const version = programVersion();
  let exit: ExitCode = exitCodes.done;
  const program = programOf(
    version,
    async (name, given) => {
      const [{ execute }, adapters] = await Promise.all([import('./execute.ts'), loadAdapters()]);
      exit = await execute(name, given, withAdapters(io, adapters), version, argv);
    },
    argv,
    helpTo(io),
  );
  const refuse = async (problem: Problem) => {
    const [{ usageFault }, adapters] = await Promise.all([import('./usage-fault.ts'), loadAdapters()]);
    return usageFault(problem, withAdapters(io, adapters), argv);
  };
  try {
    const problem = unknownCommand(argv);
    if (problem !== null) return refuse(problem);
    await program.parseAsync(argv, { from: 'user' });
    return exit;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.done : refuse(usageProblem(error, argv));
  }
}

/** Keeps `stdin` a getter, because Node opens the stream when it is first accessed. */
function withAdapters(io: IoWithoutAdapters, adapters: Adapters): Io {
  return Object.defineProperties({ adapters }, Object.getOwnPropertyDescriptors(io)) as Io;
}

/** Returns where commander writes, and how wide. By default it would use the process's streams. */
function helpTo({ stdout, stderr }: IoWithoutAdapters): OutputConfiguration {
  return {
    writeOut: (text) => void stdout.write(text),
    writeErr: (text) => void stderr.write(text),
    getOutHelpWidth: () => stdout.columns ?? 80,
    getErrHelpWidth: () => stderr.columns ?? 80,
    // The help has no colors.
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  };
}

/** Makes the secrets of a command line and of the environment known, so that no text shows them, wherever they appear. */
function rememberSecrets(argv: readonly string[], environment: EnvironmentVariables): void {
  const values = [...argv.flatMap(credentialsIn), ...secretVariables.map((name) => environment[name] ?? '')];
  for (const value of values) if (value !== '') new Secret(value);
}
