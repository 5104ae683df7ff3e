import { expect } from 'vitest';
import { endStateOf } from '../kill/end-state.ts';
import { finishedWorkspace } from '../workspace/workspace.ts';

/**
 * Expects the result of a finished rollout in a workspace whose database was created again: documents about the earlier
 * database were written again, and backups of them were kept.
 */
export async function expectMadeAnew(workspace: string): Promise<void> {
  const { backups, ...end } = await endStateOf(workspace);
  const { backups: none, ...undisturbed } = await endStateOf(await finishedWorkspace());
  expect(end).toEqual(undisturbed);
  const damaged = backups.filter((one) => !one.endsWith(' whole'));
  expect({ none, damaged }).toEqual({ none: [], damaged: [] });
}
