import { runCommandLine } from './cli/wiring/command-line.ts';
import type { Io } from './cli/wiring/io.ts';
import type { ExitCode } from './domain/problem.ts';

export { type Adapters, realAdapters } from './cli/wiring/adapters.ts';
export type { Io } from './cli/wiring/io.ts';
export type { CommandName } from './domain/command-names.ts';
export { eventVersion } from './domain/event-version.ts';
export type { RolloutEvent } from './domain/events.ts';
export { type ExitCode, exitCodes } from './domain/problem.ts';
export { Interrupted } from './engine/interrupted.ts';

/**
 * Runs one command of erp-deploy, from its command line to its exit code. Uses only what it is given: no global of the
 * process, so several runs can share one process. Does not end the process.
 * @param argv the arguments after the name of the program, such as `['run', '--json', '--workspace', '/srv/erp']`
 * @throws only on a bug that no command catches
 */
export function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  return runCommandLine(argv, io, async () => io.adapters);
}
