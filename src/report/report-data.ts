import type { Evidence, OpenBox } from '../domain/evidence.ts';
import type { Runs } from './gather.ts';

/** A table as the diagram draws it. */
export interface DrawnTable {
  readonly name: string;
  readonly schema: string;
  /** Columns that join tables, with what they are. */
  readonly columns: readonly { readonly name: string; readonly keys: string }[];
}

interface DrawnKey {
  readonly from: string;
  readonly column: string;
  readonly to: string;
}

export interface Diagram {
  /** The live database that it is drawn from. */
  readonly of: string;
  readonly tables: readonly DrawnTable[];
  readonly keys: readonly DrawnKey[];
}

export interface Picture {
  /** Null where there is no database to read. */
  readonly diagram: Diagram | null;
  /** Why it is not production's, where that was validated. */
  readonly instead: string | null;
}

/** What the journal says of a step. */
interface StepSeen {
  readonly at: string;
  readonly evidence: readonly Evidence[];
  readonly open: readonly OpenBox[];
}

/** All that a report tells. */
export interface ReportData {
  /** Title of the project. */
  readonly project: string;
  /** What every process did of the last roll-out. */
  readonly runs: Runs;
  /** Whether something of it is still to be done. */
  readonly isUnfinished: boolean;
  /** The rollback of it, when it began; null where there is none. */
  readonly rollback: { readonly at: string; readonly isWhole: boolean } | null;
  /** Why it went to production without a local test; null if it did not. */
  readonly withoutLocalTest: string | null;
  seen(step: string): StepSeen | undefined;
  readonly picture: Picture;
  /** When the report was made, ISO 8601. */
  readonly madeAt: string;
}
