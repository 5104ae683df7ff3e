import type { EnvironmentVariables, Input, Output } from '../../domain/ports.ts';
import type { Adapters } from './adapters.ts';

/** Where a front end reads and writes, and whether these are terminals. */
export interface Terminal {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Everything that a run touches. */
export interface Io extends Terminal {
  readonly adapters: Adapters;
  readonly env: EnvironmentVariables;
  /** The current directory, absolute: what paths on the command line are relative to. */
  readonly cwd: string;
  /**
   * Stops the run safely: it ends with 130 or 143, and the next one resumes. An `Interrupted` as its reason says by
   * which signal; any other reason counts as SIGTERM.
   */
  readonly signal: AbortSignal;
  /** How the operator starts the program, for commands to paste (default: `defaultName`). */
  readonly calledAs?: string;
}

export const defaultName = 'erp-deploy';
