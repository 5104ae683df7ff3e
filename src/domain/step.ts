import type * as z from 'zod';
import type { PlannedChange } from './change.ts';
import type { findingSchema } from './event-parts.ts';
import type { Evidence, Item, OpenItem } from './evidence.ts';
import type { NotesAsked } from './front-end.ts';
import type { PhaseName, StepId } from './phase.ts';
import type { Problem } from './problem.ts';

export type Finding = Readonly<z.infer<typeof findingSchema>>;

/** The result of a check that found nothing missing. */
export interface Satisfied {
  readonly state: 'satisfied';
  /** The actual state, in one line. */
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  /** Checklist items of this step that this check cannot verify. */
  readonly open: readonly OpenItem[];
  /** Of a step that undoes another one: what it leaves as it is, and why. */
  readonly kept?: readonly string[];
}

/** The result of a check. */
export type CheckResult =
  | Satisfied
  | { readonly state: 'missing'; readonly findings: readonly Finding[] }
  | { readonly state: 'blocked'; readonly problem: Problem };

/** What the changes of a step contain of earlier steps: results of their checks, or their changes. */
type Reports = 'checks' | 'changes';

/** A condition that must hold whatever steps are selected; `step` is the step that establishes it. */
export interface Need<Context> {
  readonly step: StepId;
  readonly what: string;
  /**
   * It permits the step's changes but creates nothing that the step checks. So `status` ignores it, and a plan checks
   * the step as usual if an earlier step of the same run is going to meet it.
   */
  readonly gate?: true;
  /**
   * The flag, with a placeholder for its value, with which the operator can continue although the condition does not
   * hold.
   */
  readonly waivedBy?: readonly string[];
  holds(context: Context): Promise<boolean>;
}

/**
 * A section of the checklist. A step checks and proposes changes, but applies nothing itself.
 * `Context` contains everything that a step needs for its checks; the engine only passes it on.
 */
export interface Step<Context> {
  readonly id: StepId;
  readonly phase: PhaseName;
  readonly title: string;
  /** The expected state, in one line. */
  readonly expected: string;
  readonly needs: readonly Need<Context>[];
  /** The checklist items that it can verify, those of other sections included. */
  readonly items?: readonly Item[];
  /**
   * Set if its changes contain what earlier steps of the same run check (`checks`) or change (`changes`): a plan then
   * uses `foresee`, for `changes` only if an earlier step changes anything.
   */
  readonly reports?: Reports | ((context: Context) => Promise<Reports>);
  /** Returns why the step does not apply here; undefined if it does. Changes nothing. */
  skipReason?(context: Context): string | undefined | Promise<string | undefined>;
  /**
   * Returns the notes that it asks the operator for when its turn comes, once in a rollout that changes something; null
   * if none. The answer is in the journal before the step is checked, and is shown in the changes that result from it.
   */
  asks?(context: Context): NotesAsked | null;
  /** Checks the actual state; changes nothing. */
  check(context: Context): Promise<CheckResult>;
  /** Returns its changes, or why it cannot make them; called if `check` returns `missing`. */
  preview(context: Context): Promise<readonly PlannedChange[] | Problem>;
  /** Returns the changes as far as they are known before this rollout has met the step's needs. */
  foresee?(context: Context): Promise<readonly PlannedChange[] | Problem>;
  /** Checks again after the changes, or if nothing was missing; `check` if left out. */
  verify?(context: Context): Promise<CheckResult>;
}

export function satisfied(
  summary: string,
  evidence: readonly Evidence[],
  open: readonly OpenItem[] = [],
): Satisfied {
  return { state: 'satisfied', summary, evidence, open };
}

export function missing(...findings: readonly Finding[]): CheckResult {
  return { state: 'missing', findings };
}

export function blocked(problem: Problem): CheckResult {
  return { state: 'blocked', problem };
}
