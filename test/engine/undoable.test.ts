import { describe, expect, it } from 'vitest';
import { type Entry, type JournalRecord, recordSchema } from '../../src/domain/journal-record.ts';
import { upgradedRecord } from '../../src/engine/earlier-journals.ts';
import { recordedOf } from '../../src/engine/journal.ts';
import { undoableSince } from '../../src/engine/undoable.ts';

const at = '2026-11-22T21:04:00.000Z';
const dated = (entries: readonly Entry[]): JournalRecord[] =>
  entries.map((entry) => recordSchema.parse(upgradedRecord({ v: 2, at, ...entry })));
const since = (name: string, ...entries: readonly Entry[]) => undoableSince(dated(entries), name);
const last = (...entries: readonly Entry[]) => undoableSince(dated(entries));

const begun = (rollout: string, production?: string): Entry => ({
  type: 'rollout',
  rollout,
  program: '0.1.0',
  engine: 'embedded',
  by: 'david@laptop',
  ...(production === undefined ? {} : { production }),
});
const finished: Entry = { type: 'finished', exit: 0 };
const wrote = (step: string, path: string, sha256: string, before: string | null): readonly Entry[] => {
  const same = { step, scope: `write:${path}`, written: { path, sha256 } } as const;
  const backup = before === null ? {} : { backup: `.erp-deploy/backups/${before}` };
  return [
    { type: 'intended', ...same, ...backup },
    { type: 'applied', ...same },
  ];
};
const fileAt = (path: string, versions: readonly { before: string | null; written: string }[]) => ({
  type: 'file',
  host: 'here',
  path,
  versions,
  oursBefore: false,
});

it('does not exist before a rollout changed anything', () => {
  expect(last({ type: 'skipped', step: '0.4', reason: 'no such file' })).toBeNull();
});

it('contains the last rollout with all of its runs, its last step first', () => {
  const found = last(
    begun('r1'),
    ...wrote('0.2', 'old', 'a', null),
    finished,
    begun('r2'),
    ...wrote('0.2', 'compose', 'b', null),
    { type: 'resumed', by: 'david@laptop' },
    ...wrote('4.1', 'inventory', 'c', 'b0'),
    ...wrote('4.1', 'inventory', 'd', 'c'),
  );
  expect(found).toMatchObject({ rollout: 'r2', isUndone: false });
  expect(found?.steps).toEqual([
    {
      step: '4.1',
      productions: [],
      done: [
        fileAt('inventory', [
          { before: 'b0', written: 'c' },
          { before: 'c', written: 'd' },
        ]),
      ],
    },
    { step: '0.2', productions: [], done: [fileAt('compose', [{ before: null, written: 'b' }])] },
  ]);
});

it('begins with the step that ran last, whatever its number', () => {
  const steps = ['4.4', '5.1', '0.3'];
  const found = last(begun('r1'), ...steps.flatMap((step) => wrote(step, `by ${step}`, step, null)));
  expect(found?.steps.map(({ step }) => step)).toEqual(['0.3', '5.1', '4.4']);
});

it('contains the production target of each step, even if a resumed run had another one', () => {
  const resumed: Entry = { type: 'resumed', by: 'david@laptop', production: 'other:/srv' };
  const put = (step: string, where: string): Entry => ({ type: 'intended', step, scope: `write:${where}x` });
  const found = last(
    begun('r1', 'production:/srv'),
    put('0.2', ''),
    put('3.2', 'production:'),
    put('3.3', 'production:'),
    resumed,
    put('3.3', 'production:'),
  );
  expect(found?.steps.map(({ step, productions }) => [step, productions])).toEqual([
    ['3.3', ['production:/srv', 'other:/srv']],
    ['3.2', ['production:/srv']],
    ['0.2', []],
  ]);
});

it('contains whether erp-deploy had written the earlier text of a file', () => {
  const found = last(
    begun('r1'),
    ...wrote('0.2', 'a', 'x', null),
    finished,
    begun('r2'),
    ...wrote('0.2', 'a', 'y', 'x'),
  );
  expect(found?.steps[0]?.done).toEqual([
    { ...fileAt('a', [{ before: 'x', written: 'y' }]), oursBefore: true },
  ]);
});

it('stays the same during a rollback, and is marked as undone after it', () => {
  const undoing: Entry = { type: 'rollback', rollout: 'r1', by: 'david@laptop' };
  const gone: Entry = { type: 'intended', step: '0.2', scope: 'write:a' };
  const roll = [begun('r1'), ...wrote('0.2', 'a', 'x', null)];
  const before = last(...roll);
  expect(last(...roll, undoing, gone)).toEqual(before);
  expect(last(...roll, undoing, { type: 'undone', rollout: 'r1' })).toEqual({
    ...before,
    rollouts: [],
    isUndone: true,
  });
});

it('after the rollback, only the evidence from before the rollout is left', () => {
  const seen = (step: string, summary: string): Entry => ({
    type: 'verified',
    step,
    summary,
    evidence: [],
    open: [],
  });
  const undoing: Entry = { type: 'rollback', rollout: 'r2', by: 'david@laptop' };
  const recorded = recordedOf(
    dated([
      begun('r1'),
      seen('0.1', 'first'),
      finished,
      begun('r2'),
      seen('0.1', 'second'),
      seen('0.2', 'new'),
      undoing,
    ]),
  );
  expect(recorded.lastVerified('0.1')?.summary).toBe('first');
  expect(recorded.lastVerified('0.2')).toBeUndefined();
  expect(recorded.unfinished).toBeNull();
});

describe('a rollback to the state before an earlier rollout', () => {
  const [r1, r2, r3] = [
    [begun('r1'), ...wrote('0.2', 'a', 'a1', null), finished],
    [begun('r2'), ...wrote('0.2', 'a', 'a2', 'a1'), ...wrote('4.1', 'b', 'b1', null), finished],
    [begun('r3'), ...wrote('0.2', 'a', 'a3', 'a2'), finished],
  ] as const;
  const undoing = (rollout: string): Entry => ({ type: 'rollback', rollout, by: 'david@laptop' });
  const undone = (rollout: string): Entry => ({ type: 'undone', rollout });

  it('undoes the later rollouts as well, and restores each file to the state before them', () => {
    const found = since('r2', ...r1, ...r2, ...r3);
    expect(found).toMatchObject({ rollout: 'r2', rollouts: ['r2', 'r3'], isUndone: false });
    const versions = [
      { before: 'a1', written: 'a2' },
      { before: 'a2', written: 'a3' },
    ];
    expect(found?.steps.map(({ step, done }) => [step, done])).toEqual([
      ['4.1', [fileAt('b', [{ before: null, written: 'b1' }])]],
      ['0.2', [{ ...fileAt('a', versions), oursBefore: true }]],
    ]);
  });

  it('leaves out what is already undone', () => {
    const found = since('r1', ...r1, ...r2, undoing('r2'), undone('r2'), ...r3);
    expect(found).toMatchObject({ rollout: 'r1', rollouts: ['r1', 'r3'] });
  });

  it('is continued by a rollback without a name until it is complete', () => {
    const all = [...r1, ...r2, ...r3, undoing('r2')];
    expect(last(...all)?.rollout).toBe('r2');
    expect(last(...all, undone('r2'), undone('r3'))).toMatchObject({ rollout: 'r3', isUndone: true });
    expect(last(...r1, ...r2, undoing('r1'), ...r3)?.rollout).toBe('r3');
  });

  it('removes the evidence of all of them', () => {
    const seen: Entry = { type: 'verified', step: '0.1', summary: 'new', evidence: [], open: [] };
    const recorded = recordedOf(dated([...r1, ...r2, seen, ...r3, undoing('r2')]));
    expect(recorded.lastVerified('0.1')).toBeUndefined();
  });

  it('does not exist for an unknown name', () => {
    expect(since('r9', ...r1)).toBeNull();
  });
});
