import type { Evidence, OpenBox } from '../domain/evidence.ts';
import type { BoxId, StepId } from '../domain/phase.ts';

/** Which step looks, and which boxes it proves. */
export interface ValidationBoxes {
  readonly step: StepId;
  /** Speaks of a container. */
  readonly script: BoxId;
  readonly counts: BoxId;
  readonly keys: BoxId;
  readonly samples: BoxId;
  readonly errors: BoxId;
  /** Whether boxes of other steps, about a local test, are proven with it. */
  readonly alsoProven: boolean;
  open(target: Evidence['target']): readonly OpenBox[];
  /** The command that shows all that differs. */
  readonly again: string;
}
