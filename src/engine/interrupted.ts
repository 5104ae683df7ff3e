import { type ExitCode, exitCodes, type Problem } from '../domain/problem.ts';

/** What stopped a run: a signal, or a write error of stdout or stderr. */
type Cause = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | `a write error (${string})`;

/** Why a run was stopped; the reason of its `AbortSignal`. */
export class Interrupted extends Error {
  override readonly name: string = 'Interrupted';
  readonly by: Cause;

  constructor(by: Cause) {
    super(`interrupted by ${by}`);
    this.by = by;
  }

  get exit(): ExitCode {
    return this.by === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated;
  }
}

/** Output that cannot be written: its reader has ended (EPIPE), or the disk that it is written to is full (ENOSPC). */
export class OutputLost extends Interrupted {
  override readonly name = 'OutputLost';
  readonly #errno: string;

  /** @param errno name of the error in errno(3) */
  constructor(errno: string) {
    super(errno === 'EPIPE' ? 'SIGHUP' : `a write error (${errno})`);
    this.#errno = errno;
  }

  override get exit(): ExitCode {
    return this.hasNoReader ? exitCodes.terminated : exitCodes.stepFailed;
  }

  get hasNoReader(): boolean {
    return this.#errno === 'EPIPE';
  }

  /** The problem to report; null if there is no reader, as after `| head`. */
  get problem(): Problem | null {
    if (this.hasNoReader) return null;
    return {
      code: 'ERP-0905',
      what: `The output of erp-deploy cannot be written (${this.#errno}).`,
      why:
        this.#errno === 'ENOSPC'
          ? 'The disk of the file that stdout or stderr is redirected to is full.'
          : 'The system refuses to write to what stdout or stderr is redirected to.',
      todo: [
        {
          text: 'Redirect the output elsewhere, then run the same command again: it resumes from the journal.',
        },
      ],
      exit: exitCodes.stepFailed,
    };
  }
}
