/** Returns what a change is about that compares a dump with the database before a rollback. */
export const comparisonOf = (dump: string) => `compare ${dump} in a scratch database`;

/** Returns whether a change in a journal only compares a dump: then it is of no rollout. */
export function isComparison(scope: string): boolean {
  return /^command:\w+:compare \S+ in a scratch database$/.test(scope);
}
