import type { Consent, PlannedChange } from '../domain/change.ts';
import { type Confirmed, confirmationOf } from '../domain/confirmation.ts';
import type { Journal } from './journal.ts';
import { confirmedEntry, consentedEntry, consentsGiven, scopeIn } from './journal-entries.ts';
import type { StepPlan } from './plan.ts';

/** What is said yes to in one run. Each yes is on the disk before the first effect of it. */
export class Yeses<Context> {
  readonly #journal: Journal;
  readonly #plans: readonly StepPlan<Context>[];
  readonly #byFlag: (consent: Consent) => boolean;
  readonly #noted = new Set<string>();
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

  /** A yes to changes; the consents among them only where their flags were given: the others are still to be asked for. */
  async confirm(changes: readonly PlannedChange[]): Promise<void> {
    await this.#journal.add(confirmedEntry(this.#plans, changes, this.#byFlag));
    for (const { planned, consent } of consentsGiven(changes, this.#byFlag)) this.#note(planned, consent);
    this.#confirmed = new Map([...this.#confirmed, ...confirmationOf(changes)]);
  }

  /** A yes of its own to one change: an answer, or a flag that the plan did not know to be needed. */
  async consent(step: string, planned: PlannedChange, consent: Consent): Promise<void> {
    if (this.#byFlag(consent) && this.#noted.has(keyOf(planned, consent))) return;
    await this.#journal.add(consentedEntry(step, planned, consent));
    this.#note(planned, consent);
  }

  #note(planned: PlannedChange, consent: Consent): void {
    this.#noted.add(keyOf(planned, consent));
  }
}

function keyOf(planned: PlannedChange, { flag }: Consent): string {
  return `${flag} ${scopeIn(planned)}`;
}
