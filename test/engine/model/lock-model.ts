import type { JournalRecord } from '../../../src/domain/journal-record.ts';
import { recordedOf } from '../../../src/engine/journal.ts';
import * as decisions from '../../../src/engine/lock-decisions.ts';

/** The decisions of the product; a planted fault replaces one of them. */
export const productRules = {
  ...decisions,
  /** Whether a record of the journal means that the change may have happened. */
  inDoubt: (records: readonly JournalRecord[]) => recordedOf(records).inDoubt(scope),
};
export type Rules = typeof productRules;

/** The configuration of a model. */
export interface Setting {
  readonly processes: number;
  /** PID namespace of each process: those in another one are not visible. */
  readonly namespaces: readonly number[];
  /** Whether the file system has sockets. */
  readonly hasSockets: boolean;
  /** Whether the last process takes the lock by force, once. */
  readonly isForced: boolean;
}

const scope = 'command:here:work';
const at = '2026-11-22T21:04:00.000Z';
const record = (type: 'intended' | 'applied'): JournalRecord => ({ v: 2, at, type, step: '0.1', scope });

type Point =
  | 'look'
  | 'claim'
  | 'confirm'
  | 'clear'
  | 'open'
  | 'assert'
  | 'intend'
  | 'apply'
  | 'note'
  | 'release'
  | 'ended';

interface ProcessState {
  readonly at: Point;
  /** The highest number that it read; later its own number. */
  readonly number: number;
  readonly runs: number;
  readonly crashed: boolean;
  readonly isForcing: boolean;
  /** Whether the lock was taken from it after it last asserted that it holds it. */
  readonly robbed: boolean;
}

interface Entry {
  readonly number: number;
  readonly owner: number;
  /** Run of the owner; each run is another process. */
  readonly run: number;
  readonly released: boolean;
}

interface State {
  readonly processes: readonly ProcessState[];
  readonly entries: readonly Entry[];
  readonly journal: string;
  /** How often the change was made, and how often it was repeated without a question although it was in doubt. */
  readonly effects: number;
  readonly blind: number;
}

export interface Outcome {
  readonly states: number;
  /** The violation of the first forbidden state; null if there is none. */
  readonly violation: string | null;
}

/** Runs of each process: the second one starts after the first has ended. */
const runs = 2;

/** Visits every state that the processes can reach in any order of their steps, with a crash of each at any point. */
export function explore(setting: Setting, rules: Rules = productRules): Outcome {
  const start: State = {
    processes: Array.from({ length: setting.processes }, (_, index) => ({
      at: 'look',
      number: 0,
      runs: 1,
      crashed: false,
      robbed: false,
      isForcing: setting.isForced && index === setting.processes - 1,
    })),
    entries: [],
    journal: '',
    effects: 0,
    blind: 0,
  };
  const seen = new Set([JSON.stringify(start)]);
  const queue = [start];
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    for (const next of nextStates(state, setting, rules)) {
      const violation = violationIn(next, setting);
      if (violation !== null) return { states: seen.size, violation };
      const key = JSON.stringify(next);
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(next);
    }
  }
  return { states: seen.size, violation: null };
}

const working: ReadonlySet<Point> = new Set(['open', 'assert', 'intend', 'apply', 'note']);

function violationIn({ processes, blind }: State, { isForced }: Setting): string | null {
  const inside = processes.filter((one) => working.has(one.at) && !one.robbed);
  if (inside.length > 1) return 'two processes hold the lock';
  const begins = processes.filter((one) => one.robbed && one.at === 'intend' && one.number < 0);
  if (begins.length > 0) return 'a process begins a change after the lock was taken from it';
  if (blind > 0 && !isForced) return 'a change that may have happened is repeated without asking';
  return null;
}

function nextStates(state: State, setting: Setting, rules: Rules): readonly State[] {
  return state.processes.flatMap((one, index) => {
    if (one.at === 'ended') {
      const again = one.runs < runs && !one.isForcing;
      return again
        ? [
            withProcess(state, index, {
              at: 'look',
              number: 0,
              runs: one.runs + 1,
              crashed: one.crashed,
              robbed: false,
            }),
          ]
        : [];
    }
    const crash = one.crashed
      ? []
      : [withProcess(state, index, { at: 'ended', crashed: true, robbed: false })];
    return [step(state, index, setting, rules), ...crash];
  });
}

function withProcess(state: State, index: number, change: Partial<ProcessState>): State {
  return {
    ...state,
    processes: state.processes.map((one, at) => (at === index ? { ...one, ...change } : one)),
  };
}

/** Returns whether the run that made an entry is still running. */
function isAlive({ processes }: State, { owner, run }: Entry): boolean {
  const process = processes[owner];
  return process !== undefined && process.runs === run && process.at !== 'ended';
}

function livenessFor(
  state: State,
  entry: Entry,
  observer: number,
  { namespaces, hasSockets }: Setting,
  rules: Rules,
) {
  const fact = isAlive(state, entry) ? 'running' : 'gone';
  const seen = namespaces[observer] === namespaces[entry.owner] ? fact : 'unknown';
  return rules.livenessOf(seen, hasSockets ? fact : 'unknown', true);
}

/** Returns the states after one atomic step of a process, as `takeLock`, `applyChange` and `release` make it. */
function step(state: State, index: number, setting: Setting, rules: Rules): State {
  const self = state.processes[index];
  if (self === undefined) throw new Error('no such process');
  const go = (point: Point, change: Partial<ProcessState> = {}, rest: Partial<State> = {}) =>
    withProcess({ ...state, ...rest }, index, { at: point, ...change });
  const numbers = state.entries.map(({ number }) => number);
  const holds = rules.holdsLock(numbers, self.number);
  switch (self.at) {
    case 'look': {
      const last = state.entries.toSorted((a, b) => a.number - b.number).at(-1);
      const holder =
        last === undefined || last.released ? null : livenessFor(state, last, index, setting, rules);
      return rules.mayTake(holder, self.isForcing) ? go('claim', { number: last?.number ?? 0 }) : go('ended');
    }
    case 'claim': {
      const number = rules.nextNumber(self.number);
      if (numbers.includes(number)) return go('look', { isForcing: false });
      const entry = { number, owner: index, run: self.runs, released: false };
      const claimed = go('confirm', { number }, { entries: [...state.entries, entry] });
      // From here on, the former holder is not the highest, even if this process crashes.
      return numbers.every((other) => other < number) ? robOthers(claimed, index) : claimed;
    }
    case 'confirm':
      if (holds) return go('clear');
      return go('look', {}, { entries: state.entries.filter(({ number }) => number !== self.number) });
    case 'clear':
      return go('open', {}, { entries: state.entries.filter(({ number }) => number >= self.number) });
    case 'open':
      return go('assert');
    case 'assert':
      return holds ? go('intend', self.robbed ? { number: -self.number } : {}) : go('ended');
    case 'intend': {
      const records = recordsOf(state.journal);
      // The operator is asked about a change in doubt, and declines.
      if (rules.inDoubt(records)) return go('release');
      const blind = isOpen(state.journal) ? 1 : 0;
      return go('apply', {}, { journal: `${state.journal}i`, blind: state.blind + blind });
    }
    case 'apply':
      return go('note', {}, { effects: state.effects + 1 });
    case 'note':
      return go('release', {}, { journal: `${state.journal}a` });
    case 'release':
      return go(
        'ended',
        {},
        {
          entries: holds
            ? state.entries.map((one) => (one.number === self.number ? { ...one, released: true } : one))
            : state.entries,
        },
      );
    case 'ended':
      return state;
  }
}

/** Marks the other processes that believe to hold the lock as robbed. Only force may take it from a running process. */
function robOthers(state: State, taker: number): State {
  const isForced = state.processes[taker]?.isForcing === true;
  if (!isForced) return state;
  return {
    ...state,
    processes: state.processes.map((one, at) =>
      at !== taker && (one.at === 'clear' || working.has(one.at)) ? { ...one, robbed: true } : one,
    ),
  };
}

const recordsOf = (journal: string) =>
  [...journal].map((one) => record(one === 'i' ? 'intended' : 'applied'));

/** Returns whether the last change has an intent and no outcome, by the meaning of the letters. */
const isOpen = (journal: string) => journal.endsWith('i');
