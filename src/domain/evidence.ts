import * as z from 'zod/mini';
import type { ItemId } from './phase.ts';

const itemIdSchema = z.custom<ItemId>((value) => typeof value === 'string' && /^\d\.\d#\d+$/.test(value));

/** A check's result, after the change, that verifies a checklist item. */
export const evidenceSchema = z.object({
  /** Left out if it is about the step as a whole and verifies no item. */
  item: z.exactOptional(itemIdSchema),
  /** The target that was checked. An item about a container accepts only evidence from that container's target. */
  target: z.enum(['workspace', 'embedded', 'docker', 'production']),
  /** One line. */
  summary: z.string(),
  /** Counts, names and states; never a row's values, never a secret. */
  facts: z.exactOptional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
});

export type Evidence = Readonly<z.infer<typeof evidenceSchema>>;
type Target = Evidence['target'];
export type Facts = Readonly<NonNullable<Evidence['facts']>>;

/** A checklist item that a step verifies. */
export interface Item {
  readonly id: ItemId;
  /** The targets that the evidence may come from. */
  readonly provenOn: readonly Target[];
}

/** A checklist item that a check could not verify, as the journal records it. */
export const openItemSchema = z.object({ item: itemIdSchema, reason: z.string() });

/** A checklist item that this check could not verify, and what the operator needs to decide on it. */
export interface OpenItem extends Readonly<z.infer<typeof openItemSchema>> {
  /** The command that the reason names, as in `Remedy`. */
  readonly command?: readonly string[];
}

/** A checklist item without evidence: its id, its text in the checklist, and why there is no evidence. */
export interface LeftItem {
  readonly id: ItemId;
  readonly text: string;
  readonly reason: string;
}
