import { type Consent, type PlannedChange, scopeOfPlanned } from '../domain/change.ts';
import { digestOf } from '../domain/change-digest.ts';
import { consentsOf } from '../domain/confirmation.ts';
import type { Entry, Verified } from '../domain/journal-record.ts';
import type { Satisfied } from '../domain/step.ts';
import type { StepPlan } from './plan.ts';

type VerifiedEntry = Extract<Entry, { type: 'verified' }>;

/**
 * Returns the journal entry for approved changes. The entry contains no digest of a file that may contain secrets,
 * since a weak secret could be guessed from its digest.
 * @param given whether the flag of an explicit approval was given; approvals without their flag are left out
 */
export function confirmedEntry<Context>(
  plans: readonly StepPlan<Context>[],
  changes: readonly PlannedChange[],
  given: (consent: Consent) => boolean,
): Entry {
  const stepOf = (planned: PlannedChange) =>
    plans.find(
      (plan) =>
        plan.state === 'change' &&
        plan.changes.some((one) => scopeOfPlanned(one) === scopeOfPlanned(planned)),
    );
  return {
    type: 'confirmed',
    changes: changes.map((planned) => ({ step: stepOf(planned)?.step.id ?? null, ...recordOf(planned) })),
    consents: consentsGiven(changes, given).map(({ consent }) => consentText(consent)),
  };
}

/** Returns the changes that need an explicit approval and have it. */
export function consentsGiven(
  changes: readonly PlannedChange[],
  given: (consent: Consent) => boolean,
): readonly { readonly planned: PlannedChange; readonly consent: Consent }[] {
  return changes.flatMap((planned) =>
    consentsOf(planned)
      .filter(given)
      .map((consent) => ({ planned, consent })),
  );
}

/** Returns the journal entry for the explicit approval of one change. */
export function consentedEntry(step: string, planned: PlannedChange, consent: Consent): Entry {
  return { type: 'confirmed', changes: [{ step, ...recordOf(planned) }], consents: [consentText(consent)] };
}

/** The scope of a change already contains a path, but not a reason. */
function consentText({ flag, value }: Consent): string {
  return flag === '--without-rehearsal' && value !== undefined ? `${flag} ${value}` : flag;
}

function recordOf(planned: PlannedChange): { scope: string; digest: string | null } {
  const scope = scopeOfPlanned(planned);
  if (planned.status === 'pending') return { scope, digest: planned.digest };
  const { change } = planned;
  const confidential = change.kind === 'write' && change.entry.type === 'file' && change.entry.confidential;
  return { scope, digest: confidential ? null : digestOf(change) };
}

/** @param production the production target of this run; null if it has none */
export function verifiedEntry(
  step: string,
  { summary, evidence, open }: Satisfied,
  production: string | null,
): VerifiedEntry {
  const isAbout = production !== null && evidence.some(({ target }) => target === 'production');
  return { type: 'verified', step, summary, evidence, open, ...(isAbout ? { production } : {}) };
}

/** Returns whether the result differs from the last one in the journal. */
export function differs(last: Verified | undefined, now: VerifiedEntry): boolean {
  if (last === undefined) return true;
  const contentOf = ({ summary, evidence, open }: VerifiedEntry | Verified) =>
    JSON.stringify([summary, evidence, open], sortedKeys);
  return contentOf(last) !== contentOf(now);
}

/** Sorts keys, since the reader of the journal orders them by its schema. */
function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
