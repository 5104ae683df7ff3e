import { type Next as NextOf, type Outcome, visitAll } from './explore.ts';
import { commandSteps, isBusy } from './host-commands.ts';
import type { HostRules } from './host-rules.ts';
import { keyOf, type Setting, type State, startOf, tokenOf, withRollout } from './host-state.ts';
import { inDoubt, type JournalRules } from './journal-rules.ts';

type Next = NextOf<State>;

export interface Rules extends HostRules, JournalRules {}

/**
 * Visits every state that rollouts and their commands on a host can reach, in any order of their steps. Each runs twice,
 * and may crash at any point; a rollout may be paused for so long that its heartbeat is late, and the clock of the host
 * may jump, any number of times. A shorter pause is an order of steps.
 */
export function exploreHost(setting: Setting, rules: Rules): Outcome {
  const nextOf = (state: State) => [
    ...state.rollouts.flatMap((_, index) => rolloutSteps(state, index, setting, rules)),
    ...commandSteps(state, rules),
    ...timeSteps(state),
  ];
  return visitAll(startOf(setting), nextOf, keyOf);
}

/** Returns the states after a heartbeat becomes late, or looks recent: by a crash, a pause, or a jump of the clock. */
function timeSteps(state: State): readonly Next[] {
  const { lock } = state;
  return lock === null ? [] : [{ state: { ...state, lock: { ...lock, isFresh: !lock.isFresh } } }];
}

function rolloutSteps(state: State, index: number, setting: Setting, rules: Rules): readonly Next[] {
  const self = state.rollouts[index];
  if (self === undefined) throw new Error('no such rollout');
  if (self.at === 'ended')
    return self.run === 1 ? [{ state: withRollout(state, index, { at: 'take', run: 2 }) }] : [];
  return [...step(state, index, setting, rules), ...heartbeat(state, index, rules), ...crashes(state, index)];
}

/**
 * Returns the states after a crash. Within `lock.sh take` it leaves the old lock, none, or the new one. Commands on the
 * host continue.
 */
function crashes(state: State, index: number): readonly Next[] {
  const self = state.rollouts[index];
  const ended = withRollout(state, index, { at: 'ended' });
  if (self?.at !== 'replace') return [{ state: ended }];
  const taken = { token: tokenOf(index, self), isFresh: true };
  return [state.lock, null, taken].map((lock) => ({ state: { ...ended, lock } }));
}

/** The heartbeat of a rollout. If it is not late, it changes nothing in the model. */
function heartbeat(state: State, index: number, rules: Rules): readonly Next[] {
  const self = state.rollouts[index];
  if (self === undefined || state.lock === null || state.lock.isFresh) return [];
  if (self.at === 'take' || self.at === 'replace') return [];
  const isOwn = state.lock.token === tokenOf(index, self);
  if (!rules.beats(isOwn)) return [];
  return [
    {
      state: { ...state, lock: { ...state.lock, isFresh: true } },
      violation: isOwn ? null : 'a rollout keeps the lock of another one alive',
    },
  ];
}

/** Returns the states after one atomic step of a rollout, as `takeHostLock`, `applyChange` and `release` make it. */
function step(state: State, index: number, setting: Setting, rules: Rules): readonly Next[] {
  const self = state.rollouts[index];
  if (self === undefined) throw new Error('no such rollout');
  const token = tokenOf(index, self);
  const isOwn = state.lock?.token === token;
  const go = (change: Parameters<typeof withRollout>[2], rest: Partial<State> = {}): readonly Next[] => [
    { state: withRollout({ ...state, ...rest }, index, change) },
  ];
  switch (self.at) {
    case 'take':
      return isGuarded(state) ? [] : take(state, index, setting, rules);
    case 'replace':
      return go({ at: 'assert' }, { lock: { token, isFresh: true } });
    case 'assert':
      if (!rules.beats(isOwn)) return go({ at: 'release' });
      return go({ at: 'intend' });
    case 'intend':
      return intend(state, index, setting, rules);
    case 'wait':
      if (self.result === 'none') return [];
      return go(
        { at: 'release' },
        self.result === 'done' ? { journals: journalsWith(state, index, 'a') } : {},
      );
    case 'release':
      return isGuarded(state) ? [] : release(state, index, rules);
    case 'ended':
      return [];
  }
}

/** Appends the intent and sends the command. A crash between the two is modelled as a command that never arrives. */
function intend(state: State, index: number, setting: Setting, rules: Rules): readonly Next[] {
  const self = state.rollouts[index];
  const journal = journalOf(state, index);
  // The operator is asked about a change in doubt, and declines.
  if (self === undefined || inDoubt(journal, rules))
    return [{ state: withRollout(state, index, { at: 'release' }) }];
  const violation = journal.endsWith('i') && !setting.sharesWorkspace ? blindly : null;
  const intended = withRollout({ ...state, journals: journalsWith(state, index, 'i') }, index, {
    at: 'wait',
  });
  if (state.lock === null)
    return [{ state: withRollout(intended, index, { at: 'wait', result: 'refused' }), violation }];
  const command = { token: tokenOf(index, self), at: 'opened', opened: state.lock.token } as const;
  return [{ state: { ...intended, commands: [...state.commands, command] }, violation }];
}

const blindly = 'a change that may have happened is repeated without asking';

/** Whether `lock.guard` is locked. */
const isGuarded = ({ rollouts }: State) => rollouts.some(({ at }) => at === 'replace');

function take(state: State, index: number, setting: Setting, rules: Rules): readonly Next[] {
  const { lock } = state;
  const isForced = setting.isForced && index === setting.rollouts - 1;
  const held = lock === null ? null : { isFresh: lock.isFresh, isBusy: isBusy(state, rules) };
  if (rules.take(held, isForced) !== 'taken') return [{ state: withRollout(state, index, { at: 'ended' }) }];
  const violation = lock?.isFresh === true && !isForced ? 'a lock with a heartbeat is taken over' : null;
  return [{ state: withRollout(state, index, { at: 'replace' }), violation }];
}

function release(state: State, index: number, rules: Rules): readonly Next[] {
  const self = state.rollouts[index];
  const ended = withRollout(state, index, { at: 'ended' });
  if (state.lock === null || self === undefined) return [{ state: ended }];
  const isOwn = state.lock.token === tokenOf(index, self);
  if (!rules.releases(isOwn, isBusy(state, rules))) return [{ state: ended }];
  return [
    { state: { ...ended, lock: null }, violation: isOwn ? null : 'the lock of another rollout is removed' },
  ];
}

const journalOf = ({ journals }: State, index: number) => journals[journals.length === 1 ? 0 : index] ?? '';

function journalsWith({ journals }: State, index: number, letter: string): readonly string[] {
  const at = journals.length === 1 ? 0 : index;
  // Only the last records of a journal affect later steps.
  return journals.map((one, other) => (other === at ? `${one}${letter}`.slice(-2) : one));
}
