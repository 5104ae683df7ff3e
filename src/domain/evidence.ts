import type { ItemId } from './phase.ts';

/** The target that was checked. An item about a container accepts only evidence from that container's target. */
type Target = 'workspace' | 'embedded' | 'docker' | 'production';

/** Counts, names and states; never a row's values, never a secret. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** A checklist item that a step verifies. */
export interface Item {
  readonly id: ItemId;
  /** The targets that the evidence may come from. */
  readonly provenOn: readonly Target[];
}

/** A check's result, after the change, that verifies a checklist item. */
export interface Evidence {
  /** Left out if it is about the step as a whole and verifies no item. */
  readonly item?: ItemId;
  readonly target: Target;
  /** One line. */
  readonly summary: string;
  readonly facts?: Facts;
}

/** A checklist item that this check could not verify, and what the operator needs to decide on it. */
export interface OpenItem {
  readonly item: ItemId;
  readonly reason: string;
  /** The command that the reason names, as in `Remedy`. */
  readonly command?: readonly string[];
}

/** A checklist item without evidence: its id, its text in the checklist, and why there is no evidence. */
export interface LeftItem {
  readonly id: ItemId;
  readonly text: string;
  readonly reason: string;
}
