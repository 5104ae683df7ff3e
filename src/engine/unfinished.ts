import type { JournalRecord } from './journal-format.ts';

/** A roll-out that was begun and not finished. */
export interface Unfinished {
  readonly rollout: string;
  /** Steps that it has to do and of which no end is known yet; null where an older journal does not say. */
  readonly left: ReadonlySet<string> | null;
}

/** The unfinished roll-out of a journal; null where there is none. */
export function unfinishedIn(records: readonly JournalRecord[]): Unfinished | null {
  const start = records.findLastIndex(({ type }) => isBound(type));
  const begun = records[start];
  if (begun?.type !== 'rollout') return null;
  const { rollout, steps } = begun;
  return { rollout, left: steps === undefined ? null : stepsLeft(steps, records.slice(start)) };
}

/** Where a roll-out begins, and where it ends. */
function isBound(type: JournalRecord['type']): boolean {
  return type === 'rollout' || type === 'finished' || type === 'rollback';
}

function stepsLeft(begunWith: readonly string[], records: readonly JournalRecord[]): ReadonlySet<string> {
  const wanted = new Set(begunWith);
  const settled = new Set<string>();
  for (const record of records) {
    if (record.type === 'resumed') for (const step of record.steps ?? []) wanted.add(step);
    if (record.type === 'verified' || record.type === 'skipped') settled.add(record.step);
    if (record.type === 'failed') settled.delete(record.step);
  }
  return new Set([...wanted].filter((step) => !settled.has(step)));
}

/** Whether a run that ended well brings it to its end: one that did a part of what is left does not. */
export function isFinishedBy({ left }: Unfinished, steps: readonly { readonly id: string }[]): boolean {
  const done = new Set<string>(steps.map(({ id }) => id));
  return left === null || [...left].every((step) => done.has(step));
}
