import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Copies a workspace, with a journal of this many records: those of its rollout again and again. */
export function withLongJournal(workspace: string, folder: string, records: number): void {
  cpSync(workspace, folder, { recursive: true });
  const path = journalIn(folder);
  const lines = readFileSync(path, 'utf8').split(/(?<=\n)/);
  const repeated = Array.from({ length: records }, (_, index) => lines[index % lines.length]);
  writeFileSync(path, repeated.join(''));
}

export const journalIn = (workspace: string) => join(workspace, '.erp-deploy/journal.jsonl');
