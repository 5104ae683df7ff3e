import { type Consent, digestOf, type PlannedChange, scopeOf } from '../domain/change.ts';
import type { CheckResult } from '../domain/step.ts';
import type { Entry, Verified } from './journal-format.ts';
import type { StepPlan } from './plan.ts';

type VerifiedEntry = Extract<Entry, { type: 'verified' }>;

/**
 * What was said yes to. Of a file that may hold secrets no digest is kept: a weak one could be guessed from it.
 * @param given whether the flag of a consent was given: one that is still to be asked for is none yet
 */
export function confirmedEntry<Context>(
  plans: readonly StepPlan<Context>[],
  changes: readonly PlannedChange[],
  given: (consent: Consent) => boolean,
): Entry {
  const stepOf = (planned: PlannedChange) =>
    plans.find(
      (plan) => plan.state === 'change' && plan.changes.some((one) => scopeIn(one) === scopeIn(planned)),
    );
  return {
    type: 'confirmed',
    changes: changes.map((planned) => ({ step: stepOf(planned)?.step.id ?? null, ...told(planned) })),
    consents: consentsGiven(changes, given).map(({ consent }) => consent.flag),
  };
}

/** Changes that need a yes of their own, and have it. */
export function consentsGiven(
  changes: readonly PlannedChange[],
  given: (consent: Consent) => boolean,
): readonly { readonly planned: PlannedChange; readonly consent: Consent }[] {
  return changes.flatMap((planned) =>
    planned.consent !== undefined && given(planned.consent) ? [{ planned, consent: planned.consent }] : [],
  );
}

/** A yes to one change that needs one of its own. */
export function consentedEntry(step: string, planned: PlannedChange, { flag }: Consent): Entry {
  return { type: 'confirmed', changes: [{ step, ...told(planned) }], consents: [flag] };
}

export function scopeIn(planned: PlannedChange): string {
  return planned.status === 'exact' ? scopeOf(planned.change) : planned.scope;
}

function told(planned: PlannedChange): { scope: string; digest: string | null } {
  if (planned.status === 'pending') return { scope: planned.scope, digest: planned.digest };
  const { change } = planned;
  const confidential = change.kind === 'write' && change.entry.type === 'file' && change.entry.confidential;
  return { scope: scopeOf(change), digest: confidential ? null : digestOf(change) };
}

export function verifiedEntry(
  step: string,
  look: Extract<CheckResult, { state: 'satisfied' }>,
): VerifiedEntry {
  return { type: 'verified', step, summary: look.summary, evidence: look.evidence, open: look.open };
}

/** Whether this look saw anything else than the last one that was written down. */
export function isNews(last: Verified | undefined, now: VerifiedEntry): boolean {
  if (last === undefined) return true;
  const seen = ({ summary, evidence, open }: VerifiedEntry | Verified) =>
    JSON.stringify([summary, evidence, open], sortedKeys);
  return seen(last) !== seen(now);
}

/** The journal's reader orders keys by its schema; what is said does not hang on their order. */
function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
