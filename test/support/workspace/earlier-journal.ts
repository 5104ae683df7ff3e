import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PhaseName } from '../../../src/domain/phase.ts';
import { steps } from '../../../src/tasks/steps.ts';
import { journalFile } from '../kill/journal.ts';
import { put } from './workspace.ts';

const folder = join(import.meta.dirname, '../../engine/journals-of-version-1');

/**
 * Returns the journal of a rollout to the production host `droplet` that version 1 wrote, up to the last step of a phase:
 * what a kill at that moment left.
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

/** Gives a workspace the journal of such a rollout in place of its own. */
export function putJournalOfVersion1(workspace: string, phase: PhaseName): void {
  put(workspace, journalFile, journalOfVersion1(phase));
}
