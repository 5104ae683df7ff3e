import type { RolloutEvent } from './events.ts';

type Of<Type extends RolloutEvent['type']> = Extract<RolloutEvent, { type: Type }>;

/**
 * Returns the path of the journal as it is shown: absolute, since the operator may be in another folder than the
 * workspace. Relative to the workspace, as in the event, if the rollout did not start.
 */
export function journalOf(
  { journal }: Pick<Of<'rollout.finished'>, 'journal'>,
  started: Pick<Of<'rollout.started'>, 'workspace'> | null,
): string {
  return started === null ? journal : `${started.workspace.replace(/\/$/, '')}/${journal}`;
}
