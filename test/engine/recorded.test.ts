import { expect, it } from 'vitest';
import { recordedOf } from '../../src/engine/journal.ts';
import type { Entry, JournalRecord } from '../../src/engine/journal-format.ts';

const at = '2026-11-22T21:04:00.000Z';
const dated = (entries: readonly Entry[]): JournalRecord[] =>
  entries.map((entry) => ({ v: 1, at, ...entry }));
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

it('knows a roll-out as unfinished from its first record until it is finished', () => {
  expect(recorded().unfinished).toBeNull();
  expect(recorded(begun, resumed).unfinished).toEqual({ rollout: 'r1', engine: 'embedded' });
  expect(recorded(begun, { type: 'interrupted', step: '0.1', by: 'SIGINT' }).unfinished?.rollout).toBe('r1');
  expect(recorded(begun, resumed, finished).unfinished).toBeNull();
});

it('doubts what was intended and of which no end is known', () => {
  const { inDoubt } = recorded(intended('a'), applied('a'), intended('b'));
  expect([...inDoubt]).toEqual(['b']);
});

it('doubts again what was done before and was begun once more', () => {
  expect([...recorded(intended('a'), applied('a'), intended('a')).inDoubt]).toEqual(['a']);
});

it('doubts nothing any more once it was repeated to its end', () => {
  expect([...recorded(intended('a'), resumed, intended('a'), applied('a')).inDoubt]).toEqual([]);
});

it('remembers a file as it was last left', () => {
  const { wrote } = recorded(left('old'), left('new'), { ...left('x'), written: { path: 'b', sha256: 'x' } });
  expect([wrote('a', 'new'), wrote('b', 'x')]).toEqual([true, true]);
  expect([wrote('a', 'old'), wrote('c', 'x')]).toEqual([false, false]);
});

it('knows its own file again whether or not it was killed before it was written', () => {
  const begins = { ...intended('write:a'), written: { path: 'a', sha256: 'new' } } as const;
  const { wrote } = recorded(left('old'), begins);
  expect([wrote('a', 'old'), wrote('a', 'new'), wrote('a', 'edited')]).toEqual([true, true, false]);
});

it('remembers what was last seen of a step', () => {
  const seen = (summary: string) =>
    ({ type: 'verified', step: '0.1', summary, evidence: [], open: [] }) as const;
  const { lastVerified } = recorded(seen('2 folders'), seen('3 folders'));
  expect(lastVerified('0.1')?.summary).toBe('3 folders');
  expect(lastVerified('0.2')).toBeUndefined();
});
