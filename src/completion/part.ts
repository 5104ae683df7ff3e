import type { PlannedChange } from '../domain/change.ts';
import type { Evidence, OpenBox } from '../domain/evidence.ts';
import type { Finding } from '../domain/step.ts';

/** One of the things that complete the roll-out. */
export interface Part {
  readonly findings: readonly Finding[];
  /** What makes the findings go away. */
  readonly changes: readonly PlannedChange[];
  readonly evidence: readonly Evidence[];
  readonly open: readonly OpenBox[];
}

export const nothing: Part = { findings: [], changes: [], evidence: [], open: [] };
