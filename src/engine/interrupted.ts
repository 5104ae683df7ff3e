import { type ExitCode, exitCodes } from '../domain/problem.ts';

/** The signal that stopped a run; the reason of its `AbortSignal`. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly by: 'SIGINT' | 'SIGTERM' | 'SIGHUP';

  constructor(by: Interrupted['by']) {
    super(`interrupted by ${by}`);
    this.by = by;
  }

  get exit(): ExitCode {
    return this.by === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated;
  }
}
