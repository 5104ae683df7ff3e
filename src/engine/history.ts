import type { rolloutResults } from '../domain/events.ts';
import type { JournalRecord } from '../domain/journal-record.ts';
import { type RolloutRecords, rolloutsIn } from './rollout-records.ts';
import { unfinishedIn } from './unfinished.ts';

type RolloutResult = (typeof rolloutResults)[number];

/** A rollout as the journal records it, its resumes and its rollback included. */
export interface PastRollout {
  /** Name, such as `2026-11-30-1a2b3c4d`. */
  readonly rollout: string;
  /** When it started, and its last record; ISO 8601 in UTC. */
  readonly at: string;
  readonly until: string;
  /** `user@machine` of each operator who started or resumed it. */
  readonly by: readonly string[];
  /** The commit of the workspace's repository; null if it is not in one, or an earlier version recorded it. */
  readonly commit: string | null;
  /** Version of erp-deploy. */
  readonly program: string;
  /** The local test's engine, and each production target. */
  readonly targets: readonly string[];
  /** The applied changes, by step, in order. */
  readonly changed: readonly { readonly step: string; readonly changes: number }[];
  readonly result: RolloutResult;
  /** The last failure if it ended with one; null otherwise. */
  readonly failure: { readonly step: string; readonly code: string; readonly what: string } | null;
}

/** Returns every rollout of a journal, oldest first. */
export function historyOf(records: readonly JournalRecord[]): readonly PastRollout[] {
  const rollouts = rolloutsIn(records);
  return rollouts.flatMap((one, index) =>
    pastRollout(one, records.slice(one.start, rollouts[index + 1]?.start)),
  );
}

function pastRollout(
  { did, undone }: RolloutRecords,
  records: readonly JournalRecord[],
): readonly PastRollout[] {
  const [first] = did;
  if (first?.type !== 'rollout') return [];
  const runs = did.flatMap((one) => (one.type === 'rollout' || one.type === 'resumed' ? [one] : []));
  const result = resultOf(did, undone);
  const failure = did.findLast(({ type }) => type === 'failed');
  const targets = runs.flatMap(({ engine, production }) => [engine, production]);
  return [
    {
      rollout: first.rollout,
      at: first.at,
      until: records.at(-1)?.at ?? first.at,
      by: [...new Set(runs.map(({ by }) => by))],
      commit: runs.findLast(({ commit }) => commit !== undefined)?.commit ?? null,
      program: first.program,
      targets: [...new Set(targets.filter((one) => one !== undefined))],
      changed: changedIn(did),
      result,
      failure: result === 'failed' && failure?.type === 'failed' ? failure : null,
    },
  ];
}

function resultOf(did: readonly JournalRecord[], undone: RolloutRecords['undone']): RolloutResult {
  if (undone !== 'no') return undone === 'whole' ? 'rolled back' : 'partly rolled back';
  if (unfinishedIn(did) === null) return 'finished';
  const last = did.findLast(({ type }) => type === 'failed' || type === 'interrupted' || isProgress(type));
  if (last?.type === 'failed') return 'failed';
  return last?.type === 'interrupted' ? 'interrupted' : 'unfinished';
}

/** Returns whether a record shows that the rollout continued after a failure. */
function isProgress(type: JournalRecord['type']): boolean {
  return type === 'resumed' || type === 'intended' || type === 'verified';
}

/** Counts each change once, even if it was repeated after a kill. */
function changedIn(records: readonly JournalRecord[]): PastRollout['changed'] {
  const scopes = new Map<string, Set<string>>();
  for (const record of records) {
    if (record.type !== 'applied') continue;
    scopes.set(record.step, (scopes.get(record.step) ?? new Set()).add(record.scope));
  }
  return [...scopes].map(([step, changed]) => ({ step, changes: changed.size }));
}
