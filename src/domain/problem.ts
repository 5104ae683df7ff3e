import type { Evidence } from './evidence.ts';

/** What the process ends with; see `docs/reference/exit-codes.md`. */
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

/** An operator's fault or a fault of the world (never a bug), in the four parts a person needs. */
export interface Problem {
  /** `ERP-` and four digits; each is explained in `docs/reference/problems.md`. */
  readonly code: `ERP-${string}`;
  /** What happened, in one sentence. */
  readonly what: string;
  /** Why it happened, as far as it is known. */
  readonly why: string;
  /** What to do next; each entry a sentence or a command that can be pasted. */
  readonly todo: readonly string[];
  readonly exit: ExitCode;
  /** Lines that show the place: a file's line with a caret, a diff. */
  readonly excerpt?: readonly string[];
  /** What was looked at on the way; kept with the failure, and ticks no box. */
  readonly evidence?: readonly Evidence[];
}

/** Carries a problem (or several of the same exit code) up to the one place that shows them. */
export class ProblemError extends Error {
  readonly problems: readonly [Problem, ...Problem[]];

  constructor(problems: Problem | readonly [Problem, ...Problem[]], options?: ErrorOptions) {
    const all: readonly [Problem, ...Problem[]] = 'code' in problems ? [problems] : problems;
    super(all.map((one) => `${one.code} ${one.what}`).join('; '), options);
    this.name = 'ProblemError';
    this.problems = all;
  }
}
