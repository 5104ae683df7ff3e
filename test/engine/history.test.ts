import { expect, it } from 'vitest';
import type { Entry, JournalRecord } from '../../src/domain/journal-record.ts';
import { historyOf } from '../../src/engine/history.ts';

const history = (...entries: readonly Entry[]) =>
  historyOf(entries.map((entry, index): JournalRecord => ({ v: 2, at: minuteOf(index), ...entry })));

/** Returns the time of the record at this index: one minute after that of the previous record. */
const minuteOf = (index: number) => `2026-11-22T21:${String(index).padStart(2, '0')}:00.000Z`;

const started = { type: 'rollout', rollout: 'r1', program: '0.1.0', engine: 'embedded' } as const;
const by = 'david@laptop';
const begun: Entry = { ...started, by, steps: ['0.1'] };
const applied = (step: string, scope: string): Entry => ({ type: 'applied', step, scope });
const finished: Entry = { type: 'finished', exit: 0 };
const failed: Entry = { type: 'failed', step: '0.1', code: 'ERP-0410', what: 'It is a folder.' };
const interrupted: Entry = { type: 'interrupted', step: '0.1', by: 'SIGINT' };
const undoing: Entry = { type: 'rollback', rollout: 'r1', by };

it('lists every rollout with its changes by step, and counts a change once even if it was repeated after a kill', () => {
  const files = [applied('0.1', 'write:a'), applied('0.1', 'write:a'), applied('0.2', 'write:b')];
  expect(history(begun, ...files, finished, { ...begun, rollout: 'r2' }, finished)).toMatchObject([
    {
      rollout: 'r1',
      at: minuteOf(0),
      until: minuteOf(4),
      by: [by],
      changed: [
        { step: '0.1', changes: 1 },
        { step: '0.2', changes: 1 },
      ],
      result: 'finished',
    },
    { rollout: 'r2', changed: [], result: 'finished' },
  ]);
});

it('names every operator and target, and the commit of the last resume', () => {
  const resumed: Entry = {
    type: 'resumed',
    by: 'ada@desk',
    engine: 'docker',
    production: 'host:/srv',
    commit: 'c2',
  };
  expect(history({ ...begun, commit: 'c1' }, interrupted, resumed)).toMatchObject([
    {
      by: [by, 'ada@desk'],
      targets: ['embedded', 'docker', 'host:/srv'],
      commit: 'c2',
      result: 'unfinished',
    },
  ]);
});

it.each<[string, readonly Entry[]]>([
  ['finished', [finished]],
  ['failed', [failed]],
  ['interrupted', [failed, { type: 'resumed', by }, interrupted]],
  ['unfinished', [failed, { type: 'resumed', by }]],
  ['rolled back', [finished, undoing, { type: 'undone', rollout: 'r1' }]],
  ['partly rolled back', [finished, undoing]],
])('a rollout is %s', (result, entries) => {
  expect(history(begun, ...entries)).toMatchObject([{ result }]);
});

it('names the failure that ended a rollout, and none that a resumed run fixed', () => {
  expect(history(begun, failed)[0]?.failure).toMatchObject({ step: '0.1', code: 'ERP-0410' });
  expect(history(begun, failed, { type: 'resumed', by }, finished)[0]?.failure).toBeNull();
});

it('counts no change of a rollback', () => {
  expect(history(begun, finished, undoing, applied('0.1', 'remove:a'))[0]?.changed).toEqual([]);
});

it('lists a later rollout as rolled back if a rollback named an earlier one', () => {
  const rollouts = [begun, finished, { ...begun, rollout: 'r2' } as const, finished];
  const results = (...entries: readonly Entry[]) => history(...entries).map(({ result }) => result);
  expect(results(...rollouts, undoing)).toEqual(['partly rolled back', 'partly rolled back']);
  const undone = (rollout: string): Entry => ({ type: 'undone', rollout });
  expect(results(...rollouts, undoing, undone('r1'), undone('r2'))).toEqual(['rolled back', 'rolled back']);
  const second: Entry = { type: 'rollback', rollout: 'r2', by };
  expect(results(...rollouts, second)).toEqual(['finished', 'partly rolled back']);
});
