import type { JournalRecord } from '../domain/journal-record.ts';

/** A rollout that has started and not finished. */
export interface Unfinished {
  readonly rollout: string;
  /** The steps that are left; null if an older journal does not list them. */
  readonly left: ReadonlySet<string> | null;
}

/** Returns the unfinished rollout of a journal; null if there is none. */
export function unfinishedIn(records: readonly JournalRecord[]): Unfinished | null {
  const start = records.findLastIndex(({ type }) => isStartOrEnd(type));
  const first = records[start];
  if (first?.type !== 'rollout') return null;
  const { rollout, steps } = first;
  return { rollout, left: steps === undefined ? null : stepsLeft(steps, records.slice(start)) };
}

function isStartOrEnd(type: JournalRecord['type']): boolean {
  return type === 'rollout' || type === 'finished' || type === 'rollback';
}

function stepsLeft(startedWith: readonly string[], records: readonly JournalRecord[]): ReadonlySet<string> {
  const selected = new Set(startedWith);
  const completed = new Set<string>();
  for (const record of records) {
    if (record.type === 'resumed') for (const step of record.steps ?? []) selected.add(step);
    if (record.type === 'verified' || record.type === 'skipped') completed.add(record.step);
    if (record.type === 'failed') completed.delete(record.step);
  }
  return new Set([...selected].filter((step) => !completed.has(step)));
}

/** Returns whether a successful run of these steps finishes the rollout: they must include every step left. */
export function isFinishedBy({ left }: Unfinished, steps: readonly { readonly id: string }[]): boolean {
  const done = new Set<string>(steps.map(({ id }) => id));
  return left === null || [...left].every((step) => done.has(step));
}
