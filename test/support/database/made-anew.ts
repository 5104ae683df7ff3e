import { expect } from 'vitest';
import { endStateOf } from '../kill/end-state.ts';
import { finishedWorkspace } from '../workspace/workspace.ts';

/**
 * Expects what a finished rollout leaves, in a workspace whose database was made anew: documents that told
 * of the one before were written again, and their bytes were kept.
 */
export async function expectMadeAnew(workspace: string): Promise<void> {
  const { backups, ...end } = await endStateOf(workspace);
  const { backups: none, ...undisturbed } = await endStateOf(await finishedWorkspace());
  expect(end).toEqual(undisturbed);
  const damaged = backups.filter((one) => !one.endsWith(' whole'));
  expect({ none, damaged }).toEqual({ none: [], damaged: [] });
}
