import type { EnvironmentVariables, Input, Output } from '../../domain/ports/own-process.ts';
import type { Adapters } from './adapters.ts';

/** The streams that a front end reads and writes; each says whether it is a terminal. */
export interface Terminal {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Everything that a command may use of its process. */
export interface Io extends Terminal {
  readonly adapters: Adapters;
  readonly env: EnvironmentVariables;
  /** The current directory, absolute. Paths on the command line are relative to it. */
  readonly cwd: string;
  /**
   * Stops the command safely: it exits with 130 or 143, and the next run resumes. If the reason is an `Interrupted`, it
   * names the signal; any other reason counts as SIGTERM.
   */
  readonly signal: AbortSignal;
  /** How the operator starts the program, for commands to paste (default: `defaultName`). */
  readonly calledAs?: readonly string[];
}

export const defaultName: readonly string[] = ['erp-deploy'];
