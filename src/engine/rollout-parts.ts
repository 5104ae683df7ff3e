import type { Consent } from '../domain/change.ts';
import type { Step } from '../domain/step.ts';
import type { ExecutorParts } from './executor.ts';
import type { Teller } from './tell.ts';

/** What a roll-out is made of. */
export interface RolloutParts<Context> {
  readonly steps: readonly Step<Context>[];
  /** Why a person left a step out. */
  readonly skip: ReadonlyMap<string, string>;
  readonly context: Context;
  readonly executor: ExecutorParts;
  readonly teller: Teller;
  /** Aborted with an `Interrupted` as its reason. */
  readonly signal: AbortSignal;
  /** Name of the roll-out, should this run begin one. */
  readonly rollout: string;
  /** The roll-out that these steps undo, and whether they undo all of it; null where they are one. */
  readonly undoes: { readonly rollout: string; readonly whole: boolean } | null;
  readonly program: string;
  readonly by: string;
  /** The command that goes on where this one stops, as the person typed it. */
  readonly again: string;
  readonly engine: 'embedded' | 'docker';
  /** Where production is; null where none is configured. */
  readonly production: string | null;
  /** Why it may change production without a local test; null if it may not. */
  readonly withoutLocalTest: string | null;
  /** The consents with flags of their own that were given. */
  consented(consent: Consent): boolean;
  /** Whether somebody is there to be asked: else what is missing is told before anything is changed. */
  readonly interactive: boolean;
}
