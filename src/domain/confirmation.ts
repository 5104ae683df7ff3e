import { type Change, type Consent, type PlannedChange, scopeOf, scopeOfPlanned } from './change.ts';
import { digestOf } from './change-digest.ts';

/** Scopes that the operator or a flag approved, with the digest of the content; null if that was not known. */
export type Confirmed = ReadonlyMap<string, string | null>;

/** Returns what an approval of these changes covers. */
export function confirmationOf(changes: readonly PlannedChange[]): Confirmed {
  return new Map(
    changes.map((planned) => [
      scopeOfPlanned(planned),
      planned.status === 'exact' ? digestOf(planned.change) : planned.digest,
    ]),
  );
}

/** Returns whether this change was confirmed, or one of its scope when the content was not known. */
export function covers(confirmed: Confirmed, change: Change): boolean {
  return confirmed.get(scopeOf(change)) === null || knows(confirmed, change);
}

/** Returns whether this change was confirmed with its content. */
export function knows(confirmed: Confirmed, change: Change): boolean {
  return confirmed.get(scopeOf(change)) === digestOf(change);
}

/** Returns the explicit approvals that these changes need and do not have. */
export function consentsMissing(
  changes: readonly PlannedChange[],
  given: (consent: Consent) => boolean,
): readonly Consent[] {
  return changes.flatMap((planned) => consentsOf(planned).filter((consent) => !given(consent)));
}

/** Returns every explicit approval that a change needs. */
export function consentsOf(planned: PlannedChange): readonly Consent[] {
  const more = planned.status === 'exact' ? (planned.alsoNeeds ?? []) : [];
  return planned.consent === undefined ? more : [planned.consent, ...more];
}
