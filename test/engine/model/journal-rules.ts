import type { JournalRecord } from '../../../src/domain/journal-record.ts';
import { recordedOf } from '../../../src/engine/journal.ts';

/** The meaning of records of the journal. */
export interface JournalRules {
  /** Whether the records mean that the change may have happened. */
  inDoubt(records: readonly JournalRecord[]): boolean;
}

const scope = 'command:here:work';
const at = '2026-11-22T21:04:00.000Z';
const record = (type: 'intended' | 'applied'): JournalRecord => ({ v: 2, at, type, step: '0.1', scope });

/** The meaning that the product gives to records. */
export const productJournal: JournalRules = { inDoubt: (records) => recordedOf(records).inDoubt(scope) };

const known = new WeakMap<JournalRules, Map<string, boolean>>();

/** @param journal of a model: i for an intent, a for an outcome */
export function inDoubt(journal: string, rules: JournalRules): boolean {
  const answers = known.get(rules) ?? new Map<string, boolean>();
  known.set(rules, answers);
  const answer =
    answers.get(journal) ??
    rules.inDoubt([...journal].map((one) => record(one === 'i' ? 'intended' : 'applied')));
  answers.set(journal, answer);
  return answer;
}
