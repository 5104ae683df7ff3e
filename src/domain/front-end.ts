import type { Consent } from './change.ts';
import type { RolloutEvent, ShownChange } from './events.ts';
import type { StepId } from './phase.ts';
import type { Problem } from './problem.ts';
import type { Secret } from './secret.ts';

/** One field of the setup. */
export interface SetupField {
  readonly name: string;
  readonly label: string;
  /** Why the setup asks for it. */
  readonly why: string;
  readonly initial: string;
  /** What it means to leave it empty, if that is allowed. */
  readonly empty?: string;
  /** Values to choose from; any other is valid as well. */
  readonly choices?: readonly string[];
  /** Returns whether it is asked, given the answers before it; a field without it always is. */
  applies?(values: Readonly<Record<string, string>>): boolean;
  /** Tries the value while the operator answers the next questions. Never rejects. */
  probe?(value: string): Promise<ProbeResult>;
  /** Returns what is wrong with a value while it is typed; null if it is valid. */
  fault(value: string): string | null;
}

/** The result of trying an answer, such as a login. */
export interface ProbeResult {
  readonly ok: boolean;
  readonly text: string;
}

/** The notes that a step asks the operator for. */
export interface NotesAsked {
  readonly label: string;
  /** Why the step asks for it, and what it is used for. */
  readonly why: string;
}

/** What the engine asks before it continues. */
export type Question =
  /** @param intro what erp-deploy is, and where it works */
  | { readonly type: 'setup'; readonly intro: readonly string[]; readonly fields: readonly SetupField[] }
  /** Whether to resume the unfinished rollout, whose status was reported before. */
  | { readonly type: 'resume'; readonly startedAt: string; readonly stoppedIn: string }
  /** @param skipped the steps that the operator skipped just now, because the plan was blocked */
  | { readonly type: 'confirm-plan'; readonly changes: number; readonly skipped?: readonly StepId[] }
  /**
   * Changes that are not confirmed yet: in a plan approved step by step, or if a preview has more than was confirmed.
   */
  | {
      readonly type: 'confirm-more';
      readonly step: StepId;
      readonly changes: readonly ShownChange[];
      /** Whether they go beyond what was confirmed before. */
      readonly beyond: boolean;
    }
  /** An explicit approval, with its own flag. */
  | { readonly type: 'consent'; readonly step: StepId; readonly consent: Consent }
  /** Whether to repeat a change that the interrupted run may have applied, which no check can show. */
  | { readonly type: 'repeat'; readonly step: StepId; readonly change: string }
  | {
      readonly type: 'failure';
      readonly step: StepId;
      readonly problem: Problem;
      /** Whether the operator can edit an answer of the setup. */
      readonly editable: boolean;
      /** The fields of the setup with the current answers, if it is editable; the reporter adds them. */
      readonly fields?: readonly SetupField[];
      /** The steps that cannot start without this one: skipping it skips them. */
      readonly dependents: readonly StepId[];
      /** Whether nothing failed: the operator declined a change, and can be asked again. */
      readonly declined?: true;
    }
  /** Whether to end a rollout in which the operator skipped steps that failed or were blocked. */
  | { readonly type: 'skipped'; readonly steps: readonly StepId[]; readonly reason: string }
  /** The production host has a key that is not in any known_hosts file. Nothing was sent to it yet. */
  | {
      readonly type: 'host-key';
      /** As in known_hosts. */
      readonly host: string;
      /** Such as `ssh-ed25519`. */
      readonly keyType: string;
      /** `SHA256:…` */
      readonly fingerprint: string;
      /** The file that approval adds it to; null if none. */
      readonly file: string | null;
    }
  /** Notes for a step, which only the operator can give. */
  | { readonly type: 'words'; readonly step: StepId; readonly asked: NotesAsked }
  /** The production host accepts a key that has a passphrase, or asks for a password or a code. */
  | {
      readonly type: 'passphrase';
      /** File of the key; the host, if `asks` is given. */
      readonly key: string;
      /** Whether the last answer was wrong. */
      readonly again: boolean;
      /** The question of the server or of ssh, such as `david@host's password:`; for a passphrase, left out. */
      readonly asks?: string;
    };

/** The answer of the operator, or of the policy for runs without questions. */
export type Intent =
  | { readonly type: 'approve' }
  /** Approves all planned changes of the step's phase, or of every remaining step. */
  | { readonly type: 'approve-phase' | 'approve-all' }
  /** Approves the steps of a plan one by one, each when its turn comes. */
  | { readonly type: 'step-by-step' }
  | { readonly type: 'decline' }
  | { readonly type: 'retry' }
  | { readonly type: 'skip'; readonly reason: string }
  /** Abandons the unfinished rollout, keeps its journal, and starts another. */
  | { readonly type: 'anew' }
  /** @param keep whether to write them into the configuration file */
  | { readonly type: 'answers'; readonly values: Readonly<Record<string, string>>; readonly keep: boolean }
  /** @param passphrase null skips the key */
  | { readonly type: 'passphrase'; readonly passphrase: Secret | null }
  /** @param text may be empty */
  | { readonly type: 'words'; readonly text: string }
  /** Starts over with these answers of the setup. */
  | { readonly type: 'edit'; readonly values: Readonly<Record<string, string>>; readonly keep: boolean }
  /** Plans again without the steps that were skipped in this run. */
  | { readonly type: 'take-back' }
  | { readonly type: 'stop' };

/** Reads the logs of the containers that the steps of a rollout are about. */
export interface ContainerLogs {
  /** Returns the name of the container of a step; null if it has none, or none that writes a log. */
  nameFor(step: StepId): string | null;
  /** Returns its last lines, or why they cannot be read. Never rejects. */
  read(step: StepId): Promise<string>;
}

/** A front end as the engine uses it: it shows events and answers questions. */
export interface FrontEnd {
  show(event: RolloutEvent): void;
  ask(question: Question, signal: AbortSignal): Promise<Intent>;
  /** Resolves when the next step may start: at once, unless the operator paused. */
  beforeStep?(signal: AbortSignal): Promise<void>;
  /** Receives what reads the logs, once the targets of the rollout are known. */
  offerLogs?(logs: ContainerLogs): void;
}
