/** The phase of a rollout: `replace` is within `lock.sh take`, after its decision. */
type Point = 'take' | 'replace' | 'assert' | 'intend' | 'wait' | 'release' | 'ended';

export interface Rollout {
  readonly at: Point;
  /** Number of its run: 1, or 2 if it was started again after it had ended. */
  readonly run: number;
  readonly result: 'none' | 'done' | 'refused';
}

/**
 * A command on the host, as frame.sh runs it: it opens the file of the token, waits for the flock on it, compares it,
 * and runs. It outlives the rollout that sent it. Flock and comparison count as one step: the opened file is either the
 * current token, which the flock protects, or one that never becomes the current token again.
 */
export interface HostCommand {
  readonly token: number;
  readonly at: 'opened' | 'running';
  /** The token whose file it opened. */
  readonly opened: number;
}

export interface State {
  readonly rollouts: readonly Rollout[];
  readonly lock: { readonly token: number; readonly isFresh: boolean } | null;
  readonly commands: readonly HostCommand[];
  /** The changes in each journal: i for an intent, a for an outcome. */
  readonly journals: readonly string[];
}

/** The configuration of a model. */
export interface Setting {
  readonly rollouts: number;
  /**
   * Whether they share one workspace, and so one journal. The lock of the workspace is left out, so everything holds
   * even if that lock does not.
   */
  readonly sharesWorkspace: boolean;
  /** Whether the last rollout takes the lock by force. */
  readonly isForced: boolean;
}

export const tokenOf = (index: number, { run }: Rollout) => index * 2 + run - 1;
export const ownerOf = (token: number) => Math.floor(token / 2);

export function startOf({ rollouts, sharesWorkspace }: Setting): State {
  const start: Rollout = { at: 'take', run: 1, result: 'none' };
  return {
    rollouts: Array.from({ length: rollouts }, () => start),
    lock: null,
    commands: [],
    journals: Array.from({ length: sharesWorkspace ? 1 : rollouts }, () => ''),
  };
}

export function keyOf({ rollouts, lock, commands, journals }: State): string {
  let key = `${lock === null ? '-' : `${lock.token}${lock.isFresh ? 'f' : 's'}`}`;
  for (const { at, run, result } of rollouts) key += `${at.slice(0, 3)}${run}${result[0]}`;
  for (const { token, at, opened } of commands) key += `|${token}${at[0]}${opened}`;
  return `${key};${journals.join()}`;
}

export function withRollout(state: State, index: number, change: Partial<Rollout>): State {
  return {
    ...state,
    rollouts: state.rollouts.map((one, at) => (at === index ? forgetful({ ...one, ...change }) : one)),
  };
}

/** Removes information without influence on later steps, so that fewer states differ. */
function forgetful(rollout: Rollout): Rollout {
  return rollout.at === 'wait' ? rollout : { ...rollout, result: 'none' };
}
