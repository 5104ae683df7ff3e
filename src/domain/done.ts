import type { HostId, MadeRecord, MadeRoute } from './change.ts';
import type { StepId } from './phase.ts';
import type { SqlChange } from './sql-change.ts';

/** One version of a file that a roll-out wrote. */
export interface WrittenVersion {
  /** SHA-256 of the file that it replaced; null where there was none. */
  readonly before: string | null;
  readonly written: string;
}

/** What a roll-out did to one thing, as its journal tells. Whether that is still so, a look says. */
export type Done =
  | {
      readonly type: 'file';
      readonly host: HostId;
      readonly path: string;
      /** Oldest first. */
      readonly versions: readonly [WrittenVersion, ...WrittenVersion[]];
      /** Whether what was there before the roll-out was erp-deploy's own as well. */
      readonly oursBefore: boolean;
    }
  | {
      readonly type: 'folder';
      readonly host: HostId;
      readonly path: string;
      /** Folders above it that were made with it, the nearest first. */
      readonly above: readonly string[];
    }
  | { readonly type: 'move'; readonly from: string; readonly to: string; readonly sha256: string }
  | { readonly type: 'service' | 'network'; readonly host: HostId; readonly name: string }
  | MadeRoute
  | MadeRecord
  | {
      readonly type: 'migrations';
      readonly database: SqlChange['database'];
      readonly names: readonly string[];
      /** When the first of them was begun, ISO 8601 by the clock of the journal. */
      readonly at: string;
    }
  /** There is no way back from it, or none that is taken. */
  | { readonly type: 'kept'; readonly words: string };

/** What a step of the roll-out did, the last thing first. */
export interface DoneStep {
  readonly step: StepId;
  /** Where it worked on production, each place once; empty where it did not, or an earlier version did not say. */
  readonly productions: readonly string[];
  readonly done: readonly Done[];
}

/** The last roll-out of a workspace. */
export interface LastRollout {
  readonly rollout: string;
  /** When it began. */
  readonly at: string;
  readonly isUndone: boolean;
  /** In the order in which they are undone. */
  readonly steps: readonly DoneStep[];
}
