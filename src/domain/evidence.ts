import type { BoxId } from './phase.ts';

/** Whose state was looked at. A box about a container takes evidence of that container's target only. */
type Target = 'workspace' | 'embedded' | 'docker' | 'production';

/** Counts, names and states; never a row's values, never a secret. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** An item of the checklist, as a step proves it. */
export interface Item {
  readonly id: BoxId;
  /** Whose state the evidence has to be about. */
  readonly provenOn: readonly Target[];
}

/** What was seen, after the change, that makes a box true. */
export interface Evidence {
  /** Left out where it speaks for the step as a whole and ticks nothing. */
  readonly box?: BoxId;
  readonly target: Target;
  /** One line for a person. */
  readonly summary: string;
  readonly facts?: Facts;
}

/** A box that this look could not prove, and what a person needs in order to decide. */
export interface OpenBox {
  readonly box: BoxId;
  readonly reason: string;
}
