import { anywhere } from '../checklist/items.ts';
import type { PlannedChange } from '../domain/change.ts';
import type { Evidence, OpenItem } from '../domain/evidence.ts';
import type { Finding } from '../domain/step.ts';

/** The checklist items of step 5.3. */
export const completionItems = {
  status: anywhere('5.3#1'),
  lessons: anywhere('5.3#2'),
  archived: anywhere('5.3#3'),
  notified: anywhere('5.3#4'),
};

/** One of the things that complete the rollout. */
export interface Part {
  readonly findings: readonly Finding[];
  /** What makes the findings go away. */
  readonly changes: readonly PlannedChange[];
  readonly evidence: readonly Evidence[];
  readonly open: readonly OpenItem[];
}

export const nothing: Part = { findings: [], changes: [], evidence: [], open: [] };
