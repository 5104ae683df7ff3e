import type { LeftItem } from '../domain/evidence.ts';
import type { Verified } from '../domain/journal-record.ts';
import type { Remedy } from '../domain/remedy.ts';
import type { Runs } from './gather.ts';

/** A table as the diagram draws it. */
export interface DrawnTable {
  readonly name: string;
  readonly schema: string;
  /** Key columns, each with the kinds of key that it is part of. */
  readonly columns: readonly { readonly name: string; readonly keys: string }[];
}

export interface DrawnKey {
  readonly from: string;
  readonly column: string;
  readonly to: string;
}

export interface Diagram {
  /** The live database that the diagram shows. */
  readonly of: string;
  readonly tables: readonly DrawnTable[];
  readonly keys: readonly DrawnKey[];
}

/** A change that a database records itself; another workspace may have made it. */
interface DatabaseChange {
  /** ISO 8601. */
  readonly at: string;
  readonly change: string;
  readonly operator: string;
  readonly commit: string | null;
  readonly rollout: string | null;
}

export interface Picture {
  /** Null if there is no database to read. */
  readonly diagram: Diagram | null;
  /** Why it does not show the production database, although that was validated. */
  readonly instead: string | null;
  /** The changes that this database records, oldest first; empty if there is none to read. */
  readonly changes: readonly DatabaseChange[];
}

/** A step as it was last verified, from the journal. */
type StepEvidence = Pick<Verified, 'at' | 'evidence' | 'open'>;

/** The content of a report. */
export interface ReportData {
  /** Title of the project. */
  readonly project: string;
  /** The runs of the last rollout. */
  readonly runs: Runs;
  /** Whether steps of it are still to be done. */
  readonly isUnfinished: boolean;
  /** Its rollback, with the time when that began; null if there is none. */
  readonly rollback: { readonly at: string; readonly isWhole: boolean } | null;
  /** The reason given for changing production without a local test; null if there was one. */
  readonly withoutLocalTest: string | null;
  /** How the rollout was made, from the journal; null if it changed nothing. */
  readonly made: {
    /** `user@machine` of each operator. */
    readonly by: readonly string[];
    readonly commit: string | null;
    /** The production target; null if none was configured. */
    readonly production: string | null;
    /** The files that were written, moved or removed. */
    readonly files: readonly string[];
  } | null;
  /** What the operator can do next, in order. */
  readonly next: readonly Remedy[];
  /** The checklist items without evidence. */
  readonly left: readonly LeftItem[];
  evidenceOf(step: string): StepEvidence | undefined;
  readonly picture: Picture;
  /** When the report was made, ISO 8601. */
  readonly madeAt: string;
}
