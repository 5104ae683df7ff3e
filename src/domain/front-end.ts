import type { Consent } from './change.ts';
import type { RolloutEvent, ShownChange } from './events.ts';
import type { StepId } from './phase.ts';
import type { Problem } from './problem.ts';
import type { Secret } from './secret.ts';

/** One thing that a set-up asks. */
export interface SetupField {
  readonly name: string;
  readonly label: string;
  /** Why it is asked. */
  readonly why: string;
  readonly initial: string;
  /** What it means to leave it empty, where it may be. */
  readonly empty?: string;
  /** What is wrong with a value as it is typed; null where nothing is. */
  fault(value: string): string | null;
}

/** What a step asks a person for, in their own words. */
export interface WordsAsked {
  readonly label: string;
  /** Why it is asked, and what becomes of it. */
  readonly why: string;
}

/** What the engine asks before it goes on. */
export type Question =
  | { readonly type: 'setup'; readonly fields: readonly SetupField[] }
  /** A roll-out is unfinished. What is still true of it was told before. */
  | { readonly type: 'resume'; readonly startedAt: string; readonly stoppedIn: string }
  | { readonly type: 'confirm-plan'; readonly changes: number }
  /** Not confirmed yet: at a plan taken step by step, or where a preview holds more than was confirmed. */
  | {
      readonly type: 'confirm-more';
      readonly step: StepId;
      readonly changes: readonly ShownChange[];
      /** Whether something was confirmed before, and this goes beyond it. */
      readonly beyond: boolean;
    }
  /** Has a flag of its own, and is asked on its own. */
  | { readonly type: 'consent'; readonly step: StepId; readonly consent: Consent }
  /** It may have happened before the last run broke off, and no look can tell. */
  | { readonly type: 'repeat'; readonly step: StepId; readonly change: string }
  | {
      readonly type: 'failure';
      readonly step: StepId;
      readonly problem: Problem;
      /** Whether there are answers to go back to. */
      readonly editable: boolean;
    }
  /** The droplet shows a key that stands in no known_hosts file. Nothing was sent to it yet. */
  | {
      readonly type: 'host-key';
      /** As known_hosts would name it. */
      readonly host: string;
      /** Such as `ssh-ed25519`. */
      readonly keyType: string;
      /** `SHA256:…` */
      readonly fingerprint: string;
      /** Where a yes writes it; null where it is written nowhere. */
      readonly file: string | null;
    }
  /** What a person alone can tell, in their own words. */
  | { readonly type: 'words'; readonly step: StepId; readonly asked: WordsAsked }
  /** The droplet takes a key that is locked. */
  | {
      readonly type: 'passphrase';
      /** Its file. */
      readonly key: string;
      /** Whether the last answer did not open it. */
      readonly again: boolean;
    };

/** What a person, or the policy that stands in for one, answers. */
export type Intent =
  | { readonly type: 'approve' }
  /** Of a step: everything that the plan holds for its phase, or for all that is left. */
  | { readonly type: 'approve-phase' | 'approve-all' }
  /** Of a plan: each step is asked about when its turn comes. */
  | { readonly type: 'step-by-step' }
  | { readonly type: 'decline' }
  | { readonly type: 'retry' }
  | { readonly type: 'skip'; readonly reason: string }
  /** Leave the unfinished roll-out, keep its journal, and begin another. */
  | { readonly type: 'anew' }
  /** @param keep whether to write them into the configuration file */
  | { readonly type: 'answers'; readonly values: Readonly<Record<string, string>>; readonly keep: boolean }
  /** @param passphrase null gives the key up */
  | { readonly type: 'passphrase'; readonly passphrase: Secret | null }
  /** @param text empty where there is nothing to tell */
  | { readonly type: 'words'; readonly text: string }
  | { readonly type: 'edit' }
  | { readonly type: 'stop' };

/** Events in, intents out: all that a front end is to the engine. */
export interface FrontEnd {
  tell(event: RolloutEvent): void;
  ask(question: Question, signal: AbortSignal): Promise<Intent>;
  /** Answered when the next step may begin: at once, unless somebody paused. */
  beforeStep?(signal: AbortSignal): Promise<void>;
}
