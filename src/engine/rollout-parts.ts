import type { Consent } from '../domain/change.ts';
import type { Problem } from '../domain/problem.ts';
import type { Step } from '../domain/step.ts';
import type { ExecutorParts } from './executor.ts';
import type { StepPlan } from './plan.ts';
import type { Reporter } from './reporter.ts';

/** The parts of a rollout. */
export interface RolloutParts<Context> {
  readonly steps: readonly Step<Context>[];
  /** Every step, selected or not, in checklist order. */
  readonly allSteps: readonly Step<Context>[];
  /** The operator's reason for each skipped step. */
  readonly skip: ReadonlyMap<string, string>;
  /** The steps that the flag `--skip` names. */
  readonly skippedByFlag: ReadonlySet<string>;
  readonly context: Context;
  readonly executor: ExecutorParts;
  readonly reporter: Reporter;
  /** Aborted with an `Interrupted` as its reason. */
  readonly signal: AbortSignal;
  /** Name of the rollout, if this run starts one. */
  readonly rollout: string;
  /**
   * For a rollback: the rollout to whose start these steps return, the rollouts that they undo, and whether they undo
   * all of them. Null for a rollout.
   */
  readonly undoes: {
    readonly rollout: string;
    readonly rollouts: readonly string[];
    readonly whole: boolean;
  } | null;
  readonly program: string;
  readonly by: string;
  /** The commit of the workspace's repository; null if it is not in one, or has none yet. */
  readonly commit: string | null;
  readonly engine: 'embedded' | 'docker';
  /** The production target; null if none is configured. */
  readonly production: string | null;
  /** The reason for changing production without a local test; null if that is not allowed. */
  readonly withoutLocalTest: string | null;
  /**
   * For a rollout that is bound to a saved plan, returns the problem that the plan made now differs from it. If it
   * returns null, only the changes of the saved plan are applied. Null for other rollouts.
   */
  readonly moved: ((plans: readonly StepPlan<Context>[]) => Problem | null) | null;
  /** Returns whether the flag of an explicit approval was given. */
  consented(consent: Consent): boolean;
  /** Whether the operator can be asked; if not, every missing approval is reported before anything is changed. */
  readonly interactive: boolean;
}
