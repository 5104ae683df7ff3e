import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PhaseName } from '../../../src/domain/phase.ts';
import { steps } from '../../../src/tasks/steps.ts';
import { journalFile } from '../kill/journal.ts';
import { put } from './workspace.ts';

const folder = join(import.meta.dirname, '../../engine/journals-of-version-1');

/**
 * Returns the journal of a rollout to the production host `droplet` that version 1 wrote, as a kill after the last step
 * of a phase left it.
 */
export function journalOfVersion1(phase: PhaseName): string {
  const last = steps.findLast((step) => step.phase === phase)?.id ?? '';
  const lines = readFileSync(join(folder, 'every-phase.jsonl'), 'utf8').trimEnd().split('\n');
  const end = lines.findLastIndex((line) => {
    const { type, step } = JSON.parse(line);
    return type === 'verified' && step <= last;
  });
  return `${lines.slice(0, end + 1).join('\n')}\n`;
}

/** Replaces the journal of a workspace with that of such a rollout. */
export function putJournalOfVersion1(workspace: string, phase: PhaseName): void {
  put(workspace, journalFile, journalOfVersion1(phase));
}
