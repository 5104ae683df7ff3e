import type { Change, Consent, PlannedChange } from '../domain/change.ts';
import type { Confirmed } from '../domain/confirmation.ts';
import type { Reported } from '../domain/events.ts';
import type { Intent, Question } from '../domain/front-end.ts';
import type { PhaseName, StepId } from '../domain/phase.ts';
import type { Step } from '../domain/step.ts';
import type { Approvals } from './approvals.ts';
import type { ExecutorParts } from './executor.ts';

/** The parts that running a step needs. */
export interface StepRun<Context> {
  readonly context: Context;
  readonly executor: ExecutorParts;
  readonly signal: AbortSignal;
  /** Each approval during the run is added. */
  readonly approvals: Approvals<Context>;
  /** The changes of the saved plan that the run is bound to; null if it is not bound to one. */
  readonly bound: Confirmed | null;
  /** Returns the planned changes of a phase, or of all steps: what an approval of several steps covers. */
  planned(phase: PhaseName | null): readonly PlannedChange[];
  /** Returns whether an earlier run started this change, and may have applied it. */
  inDoubt(change: Change): boolean;
  /**
   * The steps that the operator skipped in this run, with the reason. An entry is added when the operator skips a
   * failed step.
   */
  readonly skipped: Map<StepId, string>;
  consented(consent: Consent): boolean;
  /** Asks the operator for the step's notes; returns whether there are new ones. */
  askForNotes(step: Step<Context>): Promise<boolean>;
  emit(event: Reported): void;
  ask(question: Question): Promise<Intent>;
}

/** The operator skipped the step when its turn came. */
export class SkippedStep extends Error {
  override readonly name = 'SkippedStep';
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}
