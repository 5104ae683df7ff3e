import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalRecord } from '../../../src/domain/journal-record.ts';
import { parseJournal } from '../../../src/engine/journal-text.ts';

export const journalFile = '.erp-deploy/journal.jsonl';

/** Returns the records of the journal of a workspace. */
export function journalOf(workspace: string, file = journalFile): readonly JournalRecord[] {
  const parsed = parseJournal(readFileSync(join(workspace, file)), file);
  if ('problem' in parsed) throw new Error(parsed.problem.what);
  return parsed.records;
}

/** Returns the items with evidence in the journal, with the target of the evidence. */
export function boxesProven(workspace: string): ReadonlyMap<string, string> {
  const evidence = journalOf(workspace).flatMap((record) =>
    record.type === 'verified' ? record.evidence : [],
  );
  return new Map(evidence.flatMap(({ item: box, target }) => (box === undefined ? [] : [[box, target]])));
}
