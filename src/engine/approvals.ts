import { type Consent, type PlannedChange, scopeOfPlanned } from '../domain/change.ts';
import { type Confirmed, confirmationOf } from '../domain/confirmation.ts';
import type { Journal } from './journal.ts';
import { confirmedEntry, consentedEntry, consentsGiven } from './journal-entries.ts';
import type { StepPlan } from './plan.ts';

/** The approvals of one run. Each is in the journal before the first change that it allows. */
export class Approvals<Context> {
  readonly #journal: Journal;
  readonly #plans: readonly StepPlan<Context>[];
  readonly #byFlag: (consent: Consent) => boolean;
  readonly #recorded = new Set<string>();
  #confirmed: Confirmed = new Map();

  /** @param byFlag whether the flag of a consent was given */
  constructor(journal: Journal, plans: readonly StepPlan<Context>[], byFlag: (consent: Consent) => boolean) {
    this.#journal = journal;
    this.#plans = plans;
    this.#byFlag = byFlag;
  }

  get confirmed(): Confirmed {
    return this.#confirmed;
  }

  /**
   * Approves changes. An explicit approval is included only if its flag was given; the operator is asked for the
   * others.
   */
  async confirm(changes: readonly PlannedChange[]): Promise<void> {
    await this.#journal.add(confirmedEntry(this.#plans, changes, this.#byFlag));
    for (const { planned, consent } of consentsGiven(changes, this.#byFlag)) this.#keep(planned, consent);
    this.#confirmed = new Map([...this.#confirmed, ...confirmationOf(changes)]);
  }

  /** Approves one change explicitly: after an answer, or because of a flag that the plan did not show to be needed. */
  async consent(step: string, planned: PlannedChange, consent: Consent): Promise<void> {
    if (this.#byFlag(consent) && this.#recorded.has(keyOf(planned, consent))) return;
    await this.#journal.add(consentedEntry(step, planned, consent));
    this.#keep(planned, consent);
  }

  #keep(planned: PlannedChange, consent: Consent): void {
    this.#recorded.add(keyOf(planned, consent));
  }
}

function keyOf(planned: PlannedChange, { flag }: Consent): string {
  return `${flag} ${scopeOfPlanned(planned)}`;
}
