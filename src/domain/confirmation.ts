import { type Change, type Consent, digestOf, type PlannedChange, scopeOf } from './change.ts';

/** What a person (or a flag) said yes to: scopes, with the digest of the content where it was known. */
export type Confirmed = ReadonlyMap<string, string | null>;

/** What a plan's changes need a yes to. */
export function confirmationOf(changes: readonly PlannedChange[]): Confirmed {
  return new Map(
    changes.map((planned) =>
      planned.status === 'exact'
        ? [scopeOf(planned.change), digestOf(planned.change)]
        : [planned.scope, planned.digest],
    ),
  );
}

/** Whether this very change was confirmed, or one of its scope whose content was not known yet. */
export function covers(confirmed: Confirmed, change: Change): boolean {
  return confirmed.get(scopeOf(change)) === null || knows(confirmed, change);
}

/** Whether this very change was confirmed, with its content. */
export function knows(confirmed: Confirmed, change: Change): boolean {
  return confirmed.get(scopeOf(change)) === digestOf(change);
}

/** The consents with a flag of their own that these changes need and that were not given. */
export function consentsMissing(
  changes: readonly PlannedChange[],
  given: (consent: Consent) => boolean,
): readonly Consent[] {
  return changes.flatMap((planned) =>
    planned.consent !== undefined && !given(planned.consent) ? [planned.consent] : [],
  );
}
