import type { Evidence } from './evidence.ts';
import type { Remedy } from './remedy.ts';

/** Exit codes of the process; see `docs/reference/exit-codes.md`. */
export const exitCodes = {
  done: 0,
  bug: 1,
  usage: 2,
  prerequisite: 3,
  stepFailed: 4,
  notAsMigrated: 5,
  locked: 6,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A fault of the operator or of the system (never a bug): what failed, why, and what to do. */
export interface Problem {
  /** `ERP-` and four digits; each is explained in `docs/reference/problems.md`. */
  readonly code: `ERP-${string}`;
  /** What failed, in one sentence. */
  readonly what: string;
  /** Why it failed, if known. */
  readonly why: string;
  /** What to do next, in order. */
  readonly todo: readonly Remedy[];
  readonly exit: ExitCode;
  /** Lines that show the cause: a file's line with a caret, a diff. */
  readonly excerpt?: readonly string[];
  /** Evidence collected before the failure; recorded with it, but verifies no checklist item. */
  readonly evidence?: readonly Evidence[];
}

/** Carries a problem, or several with the same exit code, to the one place that shows them. */
export class ProblemError extends Error {
  override readonly name: string = 'ProblemError';
  readonly problems: readonly [Problem, ...Problem[]];

  constructor(problems: Problem | readonly [Problem, ...Problem[]], options?: ErrorOptions) {
    const all: readonly [Problem, ...Problem[]] = 'code' in problems ? [problems] : problems;
    super(all.map((one) => `${one.code} ${one.what}`).join('; '), options);
    this.problems = all;
  }
}

/** The operator declined a change, or there is no terminal to ask on. On a terminal, that is a choice and no failure. */
export class Declined extends ProblemError {
  override readonly name = 'Declined';
}
