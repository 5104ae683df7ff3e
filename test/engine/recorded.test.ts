import { expect, it } from 'vitest';
import type { Entry, JournalRecord } from '../../src/domain/journal-record.ts';
import { recordedOf } from '../../src/engine/journal.ts';

const at = '2026-11-22T21:04:00.000Z';
const dated = (entries: readonly Entry[]): JournalRecord[] =>
  entries.map((entry) => ({ v: 2, at, ...entry }));
const recorded = (...entries: readonly Entry[]) => recordedOf(dated(entries));

const begun = {
  type: 'rollout',
  rollout: 'r1',
  program: '0.1.0',
  engine: 'embedded',
  by: 'david@laptop',
} as const;
const resumed = { type: 'resumed', by: 'david@laptop' } as const;
const finished = { type: 'finished', exit: 0 } as const;
const intended = (scope: string) => ({ type: 'intended', step: '0.1', scope }) as const;
const applied = (scope: string) => ({ type: 'applied', step: '0.1', scope }) as const;
const left = (sha256: string) => ({ ...applied('write:a'), written: { path: 'a', sha256 } }) as const;

it('counts a rollout as unfinished from its first record until its end', () => {
  expect(recorded().unfinished).toBeNull();
  expect(recorded(begun, resumed).unfinished).toEqual({ rollout: 'r1', left: null });
  expect(recorded(begun, { type: 'interrupted', step: '0.1', by: 'SIGINT' }).unfinished?.rollout).toBe('r1');
  expect(recorded(begun, resumed, finished).unfinished).toBeNull();
});

it('contains the remaining steps of an unfinished rollout, according to all of its selections', () => {
  const seen = { type: 'verified', step: '0.1', summary: '', evidence: [], open: [] } as const;
  const failed = { type: 'failed', step: '0.1', code: 'ERP-0999', what: '' } as const;
  const left = (...since: readonly Entry[]) => [
    ...(recorded(seen, { ...begun, steps: ['0.1', '0.2'] }, ...since).unfinished?.left ?? []),
  ];
  expect(left()).toEqual(['0.1', '0.2']);
  expect(left(seen)).toEqual(['0.2']);
  expect(left(seen, failed)).toEqual(['0.1', '0.2']);
  expect(left(seen, { ...resumed, steps: ['0.1', '0.3'] })).toEqual(['0.2', '0.3']);
  expect(left(seen, { type: 'skipped', step: '0.2', reason: 'by hand' })).toEqual([]);
});

it('contains the engine of a rollout, also after its end', () => {
  expect(recorded().engine).toBeNull();
  expect(recorded({ ...begun, engine: 'docker' }, finished).engine).toBe('docker');
});

it('contains the engine that a resumed run selected', () => {
  expect(recorded(begun, { ...resumed, engine: 'docker' }).engine).toBe('docker');
  expect(recorded(begun, { ...resumed, engine: 'docker' }, resumed).engine).toBe('docker');
});

it('counts a step as disproved after a later check found a difference, until a check finds none', () => {
  const seen = { type: 'verified', step: '2.3', summary: '38 tables', evidence: [], open: [] } as const;
  const failed = { type: 'failed', step: '2.3', code: 'ERP-0530', what: 'The database differs.' } as const;
  const [differs, noEngine] = [{ ...failed, exit: 5 } as const, { ...failed, exit: 3 } as const];
  const disproved = (...entries: readonly Entry[]) => recorded(...entries).isDisproved('2.3');
  expect(disproved(seen, noEngine, { type: 'interrupted', step: '2.3', by: 'SIGINT' })).toBe(false);
  expect(disproved(seen, differs, noEngine)).toBe(true);
  expect(disproved(seen, differs, seen)).toBe(false);
  expect(recorded(seen, differs).lastVerified('2.3')?.summary).toBe('38 tables');
});

it('counts a change with an intent and no outcome as in doubt', () => {
  const { inDoubt } = recorded(intended('a'), applied('a'), intended('b'));
  expect(['a', 'b'].filter((scope) => inDoubt(scope))).toEqual(['b']);
});

it('counts a repeated change as in doubt again until its outcome', () => {
  expect(recorded(intended('a'), applied('a'), intended('a')).inDoubt('a')).toBe(true);
});

it('no longer counts a change as in doubt after it was repeated successfully', () => {
  expect(recorded(intended('a'), resumed, intended('a'), applied('a')).inDoubt('a')).toBe(false);
});

it('counts only the request with the same text as in doubt', () => {
  const { inDoubt } = recorded({ ...intended('a'), digest: 'one' });
  expect([inDoubt('a', 'one'), inDoubt('a', 'another')]).toEqual([true, false]);
});

it('contains the last state of a written file', () => {
  const { wrote } = recorded(left('old'), left('new'), { ...left('x'), written: { path: 'b', sha256: 'x' } });
  expect([wrote('a', 'new'), wrote('b', 'x')]).toEqual([true, true]);
  expect([wrote('a', 'old'), wrote('c', 'x')]).toEqual([false, false]);
});

it('recognizes its own file even if it was killed before or after writing it', () => {
  const begins = { ...intended('write:a'), written: { path: 'a', sha256: 'new' } } as const;
  const { wrote } = recorded(left('old'), begins);
  expect([wrote('a', 'old'), wrote('a', 'new'), wrote('a', 'edited')]).toEqual([true, true, false]);
});

it('contains the result of the last check of a step', () => {
  const seen = (summary: string) =>
    ({ type: 'verified', step: '0.1', summary, evidence: [], open: [] }) as const;
  const { lastVerified } = recorded(seen('2 folders'), seen('3 folders'));
  expect(lastVerified('0.1')?.summary).toBe('3 folders');
  expect(lastVerified('0.2')).toBeUndefined();
});

it('contains the reason for deploying without a local test, from the start or from a resumed run', () => {
  const why = { withoutLocalTest: 'a hotfix' };
  expect(recorded(begun).withoutLocalTest).toBeNull();
  expect(recorded({ ...begun, ...why }, resumed).withoutLocalTest).toBe('a hotfix');
  expect(recorded(begun, { ...resumed, ...why }).withoutLocalTest).toBe('a hotfix');
  expect(recorded({ ...begun, ...why }, finished, begun).withoutLocalTest).toBeNull();
});

it('separates the evidence of each production host, and restores the earlier evidence after a rollback', () => {
  const seen = (summary: string, production?: string): Entry => ({
    type: 'verified',
    step: '3.4',
    summary,
    evidence: [],
    open: [],
    ...(production === undefined ? {} : { production }),
  });
  const both = recorded(begun, seen('of a', 'a:/srv'), { ...begun, rollout: 'r2' }, seen('of b', 'b:/srv'));
  expect(both.lastVerified('3.4')?.summary).toBe('of b');
  expect(both.lastVerified('3.4', 'a:/srv')?.summary).toBe('of a');
  expect(both.lastVerified('3.4', 'c:/srv')).toBeUndefined();
  expect(recorded(begun, seen('of a run of an earlier version')).lastVerified('3.4', 'a:/srv')).toBeDefined();
  const undone = recorded(...both.records, { type: 'rollback', rollout: 'r2', by: 'david@laptop' });
  expect(undone.lastVerified('3.4', 'b:/srv')).toBeUndefined();
  expect(undone.lastVerified('3.4', 'a:/srv')?.summary).toBe('of a');
});
