import type { HostId } from './change.ts';
import type { StepId } from './phase.ts';
import type { SqlChange } from './sql-change.ts';
import type { Undo } from './undo.ts';

/** One version of a file that a rollout wrote. */
export interface WrittenVersion {
  /** SHA-256 of the file that it replaced; null if there was none. */
  readonly before: string | null;
  readonly written: string;
}

/** What a rollout did to one thing, from its journal. Only a check shows whether it is still so. */
export type Done =
  | {
      readonly type: 'file';
      readonly host: HostId;
      readonly path: string;
      /** Oldest first. */
      readonly versions: readonly [WrittenVersion, ...WrittenVersion[]];
      /** Whether the file before the rollout was erp-deploy's own as well. */
      readonly oursBefore: boolean;
    }
  | Exclude<Undo, { readonly type: 'migration' }>
  | {
      readonly type: 'migrations';
      readonly database: SqlChange['database'];
      readonly names: readonly string[];
      /** When the first of them started, ISO 8601 by the clock of the journal. */
      readonly at: string;
    }
  /** A rollback cannot undo it, or must not. */
  | { readonly type: 'kept'; readonly reason: string };

/** What a step of the rollout did, latest first. */
export interface DoneStep {
  readonly step: StepId;
  /** The production targets that it changed; empty if it changed none, or an earlier version did not record them. */
  readonly productions: readonly string[];
  readonly done: readonly Done[];
}

/** What a rollback undoes: everything since a rollout started, the later rollouts included. */
export interface Undoable {
  /** The rollout whose start is the state to return to. */
  readonly rollout: string;
  /** When it started, ISO 8601. */
  readonly at: string;
  /** It and the later rollouts, oldest first, without those that are undone already. */
  readonly rollouts: readonly string[];
  /** Whether all of them are undone. */
  readonly isUndone: boolean;
  /** In the order in which they are undone. */
  readonly steps: readonly DoneStep[];
}
