import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Change, type PlannedChange, scopeOf, subjectOf } from '../../src/domain/change.ts';
import { digestOf } from '../../src/domain/change-digest.ts';
import { confirmationOf, consentsMissing, covers } from '../../src/domain/confirmation.ts';
import { exact } from '../support/program/tiny-steps.ts';
import { anyChange } from '../support/workspace/any-change.ts';
import { migrateOf, writeOf } from '../support/workspace/changes.ts';

const pending = (change: Change, digest: string | null): PlannedChange => ({
  status: 'pending',
  on: '2.1',
  subject: subjectOf(change),
  digest,
  summary: '',
});

it('covers only the change that was confirmed', () => {
  fc.assert(
    fc.property(anyChange(), anyChange(), (confirmed, change) => {
      const same = scopeOf(confirmed) === scopeOf(change) && digestOf(confirmed) === digestOf(change);
      expect(covers(confirmationOf([exact(confirmed)]), change)).toBe(same);
    }),
    { numRuns: 2000 },
  );
});

it('covers the exact form of a pending change if its content is the announced one, or none was announced', () => {
  fc.assert(
    fc.property(anyChange(), anyChange(), (told, change) => {
      const sameScope = scopeOf(told) === scopeOf(change);
      const sameContent = digestOf(told) === digestOf(change);
      expect(covers(confirmationOf([pending(told, digestOf(told))]), change)).toBe(sameScope && sameContent);
      expect(covers(confirmationOf([pending(told, null)]), change)).toBe(sameScope);
    }),
    { numRuns: 2000 },
  );
});

it('covers nothing if nothing was confirmed', () => {
  fc.assert(fc.property(anyChange(), (change) => void expect(covers(new Map(), change)).toBe(false)));
});

it('covers a migration independent of the ledger, which is checked when the migration is applied', () => {
  const confirmed = confirmationOf([exact(migrateOf('002.sql', 'select 2;', null))]);
  expect(covers(confirmed, migrateOf('002.sql', 'select 2;', '001.sql'))).toBe(true);
  expect(covers(confirmed, migrateOf('002.sql', 'select 3;', '001.sql'))).toBe(false);
});

it('names the approvals that are needed and were not given', () => {
  const overwrite = { flag: '--overwrite', value: 'a', why: 'yours' } as const;
  const populated = { flag: '--allow-populated', why: 'rows' } as const;
  const changes = [
    exact(writeOf('plain', 'x')),
    exact(writeOf('a', 'x'), overwrite),
    pending(writeOf('b', 'x'), null),
    exact(writeOf('c', 'x'), populated),
  ];
  expect(consentsMissing(changes, () => false)).toEqual([overwrite, populated]);
  expect(consentsMissing(changes, ({ flag }) => flag === '--overwrite')).toEqual([populated]);
  expect(consentsMissing(changes, () => true)).toEqual([]);
});
