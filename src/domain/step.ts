import type { PlannedChange } from './change.ts';
import type { Evidence, Item, OpenBox } from './evidence.ts';
import type { WordsAsked } from './front-end.ts';
import type { PhaseName, StepId } from './phase.ts';
import type { Problem } from './problem.ts';

/** One thing that was looked for and is not as it should be. */
export interface Finding {
  readonly what: string;
  readonly wanted: string;
  readonly found: string;
  /** Lines that show the place: a file's line with a caret. */
  readonly excerpt?: readonly string[];
}

/** What a check found. */
export type CheckResult =
  | {
      readonly state: 'satisfied';
      /** What is there, in one line. */
      readonly summary: string;
      readonly evidence: readonly Evidence[];
      /** Items of this step that this check cannot prove. */
      readonly open: readonly OpenBox[];
    }
  | { readonly state: 'missing'; readonly findings: readonly Finding[] }
  | { readonly state: 'blocked'; readonly problem: Problem };

/** What the changes of a step may hold that the steps before it come to. */
type Reports = 'looks' | 'changes';

/** Something that must be true now, whatever was selected; `step` is what makes it true. */
export interface Need<Context> {
  readonly step: StepId;
  readonly what: string;
  /**
   * It permits the step's changes and makes nothing that the step inspects. So `status` does not ask for it, and a plan
   * inspects the step as usual if an earlier step of the same run is going to meet it.
   */
  readonly gate?: true;
  holds(context: Context): Promise<boolean>;
}

/**
 * A section of the checklist. A step looks and says; it applies nothing itself.
 * `Context` is what steps look through: the engine hands it on and knows nothing of it.
 */
export interface Step<Context> {
  readonly id: StepId;
  readonly phase: PhaseName;
  readonly title: string;
  /** What the step wants of the world, in a line. */
  readonly wanted: string;
  readonly needs: readonly Need<Context>[];
  /** The checklist items that it can prove, those of other sections included. */
  readonly items?: readonly Item[];
  /**
   * Its changes hold what the steps before it see (`looks`) or make (`changes`) in this very run: a plan tells
   * what it foresees of them; of `changes`, where a step before it changes anything.
   */
  readonly reports?: Reports | ((context: Context) => Promise<Reports>);
  /** Why the step does not apply here; undefined where it does. Changes nothing. */
  skipReason?(context: Context): string | undefined | Promise<string | undefined>;
  /**
   * What it asks a person for when its turn comes, once in a roll-out that changes something; null where there is
   * nothing to ask. The answer is in the journal before the step looks, and shown again in the changes that come of it.
   */
  asks?(context: Context): WordsAsked | null;
  /** Looks; changes nothing. */
  check(context: Context): Promise<CheckResult>;
  /** What it would change; called where `check` said missing. May also come to a problem. */
  preview(context: Context): Promise<readonly PlannedChange[] | Problem>;
  /** What can be told of the changes while what it needs is still to be made in this very roll-out. */
  foresee?(context: Context): Promise<readonly PlannedChange[] | Problem>;
  /** Looks afresh after the changes (and where nothing was missing); `check` where left out. */
  verify?(context: Context): Promise<CheckResult>;
}

/** Satisfied, with nothing left open. */
export function satisfied(
  summary: string,
  evidence: readonly Evidence[],
  open: readonly OpenBox[] = [],
): CheckResult {
  return { state: 'satisfied', summary, evidence, open };
}

export function missing(...findings: readonly Finding[]): CheckResult {
  return { state: 'missing', findings };
}

export function blocked(problem: Problem): CheckResult {
  return { state: 'blocked', problem };
}
