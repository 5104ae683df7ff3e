import type { JournalRecord } from '../domain/journal-record.ts';

/** The records of one rollout: from its start to the start of the next one, without those of a rollback. */
export interface RolloutRecords {
  readonly rollout: string;
  /** When it started, ISO 8601. */
  readonly at: string;
  /** Index of its first record in the journal. */
  readonly start: number;
  /**
   * What the rollout did, including its resumes. A comparison of a dump is left out, since it only prepares a rollback.
   */
  readonly did: readonly JournalRecord[];
  /** `whole`: everything that can be undone was undone; `partly`: a rollback was started. */
  readonly undone: 'no' | 'partly' | 'whole';
}

/** Splits a journal into its rollouts, oldest first. */
export function rolloutsIn(records: readonly JournalRecord[]): readonly RolloutRecords[] {
  const starts = records.flatMap((record, start) =>
    record.type === 'rollout' ? [{ ...record, start }] : [],
  );
  const names = starts.map(({ rollout }) => rollout);
  const whole = new Set(records.flatMap((record) => (record.type === 'undone' ? [record.rollout] : [])));
  // A rollback of a rollout also undoes the later ones that had started by then.
  const begun = records.flatMap((record, at) =>
    record.type === 'rollback' && names.includes(record.rollout)
      ? [{ at, from: names.indexOf(record.rollout) }]
      : [],
  );
  const isBegun = (index: number) =>
    begun.some(({ at, from }) => from <= index && at > (starts[index]?.start ?? at));
  return starts.map(({ rollout, at, start }, index) => {
    const own = records.slice(start, starts[index + 1]?.start);
    const rollback = own.findIndex(({ type }) => type === 'rollback');
    const undone = whole.has(rollout) ? 'whole' : isBegun(index) ? 'partly' : 'no';
    const did = rollback === -1 ? own : own.slice(0, rollback);
    return {
      rollout,
      at,
      start,
      did: did.filter((one) => !isComparison(one)),
      undone,
    };
  });
}

function isComparison(record: JournalRecord): boolean {
  if (record.type !== 'intended' && record.type !== 'applied') return false;
  return record.subject?.kind === 'command' && record.subject.purpose === 'compare-dump';
}

/**
 * Returns the rollout to whose start a rollback without a name returns: the last rollout or, if a rollback was started
 * since and did not end, the rollout to which that rollback returns.
 */
export function defaultToUndo(records: readonly JournalRecord[]): string | undefined {
  const rollouts = rolloutsIn(records);
  const last = rollouts.at(-1);
  if (last === undefined) return undefined;
  const begun = records.findLast((record, at) => record.type === 'rollback' && at > last.start);
  const named =
    begun?.type === 'rollback' ? rollouts.find(({ rollout }) => rollout === begun.rollout) : undefined;
  return named === undefined || named.undone === 'whole' ? last.rollout : named.rollout;
}

/** Returns the records up to the first rollback after the start of the last rollout. */
export function beforeRollback(records: readonly JournalRecord[]): readonly JournalRecord[] {
  const start = records.findLastIndex(({ type }) => type === 'rollout');
  const rollback = records.findIndex(({ type }, at) => type === 'rollback' && at > start);
  return rollback === -1 ? records : records.slice(0, rollback);
}
