import type { Next } from './explore.ts';
import type { HostRules } from './host-rules.ts';
import { type HostCommand, ownerOf, type State, tokenOf, withRollout } from './host-state.ts';

/** Returns whether `lock.sh` finds a running command of the holder: one with a flock on its token. */
export function isBusy({ lock, commands }: State, { guards }: HostRules): boolean {
  return guards && commands.some(({ at, opened }) => opened === lock?.token && at === 'running');
}

/** Returns the states after one atomic step of each command. */
export function commandSteps(state: State, rules: HostRules): readonly Next<State>[] {
  return state.commands.flatMap((command, index) => {
    if (command.at === 'running') return [ended(state, index, 'done')];
    // While the lock is taken over, lock.sh holds the flock of the former token.
    const isReplaced =
      command.opened === state.lock?.token && state.rollouts.some(({ at }) => at === 'replace');
    if (isReplaced && rules.waits) return [];
    const isOwn = state.lock?.token === command.token;
    return [rules.runs(isOwn) ? started(state, index, isOwn) : ended(state, index, 'refused')];
  });
}

function started(before: State, index: number, isOwn: boolean): Next<State> {
  const commands = before.commands.map(
    (one, at): HostCommand => (at === index ? { ...one, at: 'running' } : one),
  );
  const state = { ...before, commands };
  if (!isOwn) return { state, violation: 'a change begins after the lock was taken over' };
  const tokens = new Set(commands.filter(({ at }) => at === 'running').map(({ token }) => token));
  return { state, violation: tokens.size > 1 ? 'two rollouts change the host at the same time' : null };
}

function ended(state: State, index: number, result: 'done' | 'refused'): Next<State> {
  const { token = -1 } = state.commands[index] ?? {};
  const without = { ...state, commands: state.commands.filter((_, at) => at !== index) };
  const sender = state.rollouts[ownerOf(token)];
  const waits = sender?.at === 'wait' && tokenOf(ownerOf(token), sender) === token;
  return { state: waits ? withRollout(without, ownerOf(token), { result }) : without };
}
