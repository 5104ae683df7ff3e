import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recordSchema } from '../../src/domain/journal-record.ts';
import { type PhaseName, phaseNames } from '../../src/domain/phase.ts';
import { upgradedRecord } from '../../src/engine/earlier-journals.ts';
import { recordedOf } from '../../src/engine/journal.ts';
import { parseJournal } from '../../src/engine/journal-text.ts';
import { undoableSince } from '../../src/engine/undoable.ts';
import { steps } from '../../src/tasks/steps.ts';
import { journalOfVersion1 } from '../support/workspace/earlier-journal.ts';

function recordsAfter(phase: PhaseName) {
  const parsed = parseJournal(Buffer.from(journalOfVersion1(phase)), 'journal.jsonl');
  if ('problem' in parsed) throw new Error(parsed.problem.what);
  return parsed.records;
}

const at = '2026-11-22T21:04:00.000Z';
const intended = { v: 1, at, type: 'intended', step: '3.2' } as const;

it('reads the records of version 1, which use other names for items and for the production host', () => {
  const written = { path: 'droplet:data/x', sha256: 'a' };
  const old = [
    {
      ...{ v: 1, at, type: 'verified', step: '2.3', summary: 's' },
      evidence: [{ box: '2.3#1', target: 'embedded', summary: 'e' }],
      open: [{ box: '2.3#2', reason: 'needs Docker' }],
    },
    { ...intended, scope: 'write:droplet:data/x', written },
    { ...intended, scope: 'x', undo: { type: 'service', host: 'droplet', name: 'postgrest-erp' } },
    { ...intended, scope: 'y', undo: { type: 'record', zone: 'z', tunnel: 't', host: 'droplet' } },
  ];
  expect(old.map((record) => recordSchema.parse(upgradedRecord(record)))).toMatchObject([
    { v: 2, evidence: [{ item: '2.3#1' }], open: [{ item: '2.3#2' }] },
    { scope: 'write:production:data/x', written: { path: 'production:data/x' } },
    { undo: { host: 'production' } },
    // The `host` of a DNS record is a public host name, not the production host.
    { undo: { host: 'droplet' } },
  ]);
});

it('reads the subject of a change from its scope, where earlier versions recorded it', () => {
  const applied = { v: 2, at, type: 'applied', step: '3.2', scope: 'write:production:data/x' } as const;
  const subject = { kind: 'write', host: 'production', path: 'data/x' };
  expect(upgradedRecord(applied)).toEqual({ ...applied, subject });
  const renamed = upgradedRecord({ ...applied, v: 1, scope: 'write:droplet:data/x' });
  expect(renamed).toMatchObject({ subject });
  const recorded = { ...applied, subject: { kind: 'move', from: 'a', to: 'b' } };
  expect(upgradedRecord(recorded)).toEqual(recorded);
});

it('reads the name of an applied migration from the summary, where earlier versions recorded it', () => {
  const evidence = (facts: object) => ({
    target: 'embedded',
    summary: '100_own.sql applied T, no error',
    facts,
  });
  const verified = { v: 2, at, type: 'verified', step: '2.2', summary: '1 applied', open: [] } as const;
  const old = { ...verified, evidence: [evidence({ checksum: 'c', appliedAt: 'T' })] };
  expect(recordSchema.parse(upgradedRecord(old))).toEqual({
    ...verified,
    evidence: [evidence({ checksum: 'c', appliedAt: 'T', migration: '100_own.sql' })],
  });
});

it('reads from the reason whether --skip skipped a step, as earlier versions recorded it', () => {
  const skipped = { v: 2, at, type: 'skipped', step: '2.5' } as const;
  const byFlag = { ...skipped, reason: 'left out by --skip' };
  expect(upgradedRecord(byFlag)).toEqual({ ...byFlag, flag: '--skip' });
  expect(upgradedRecord({ ...byFlag, v: 1 })).toEqual({ ...byFlag, flag: '--skip' });
  const byOperator = { ...skipped, reason: 'left out by me' };
  expect(recordSchema.parse(upgradedRecord(byOperator))).toEqual(byOperator);
});

describe('a journal that version 1 wrote', () => {
  it.each(['prepare', 'local-test'])('is read completely after the phase %s', (phase) => {
    const path = join(import.meta.dirname, 'journals-of-version-1', `${phase}.jsonl`);
    const bytes = readFileSync(path);
    const parsed = parseJournal(bytes, path);
    expect(parsed).toMatchObject({ endsWithoutNewline: false });
    const records = 'problem' in parsed ? [] : parsed.records;
    expect(records).toHaveLength(bytes.toString().trimEnd().split('\n').length);
    const last = records.findLast(({ type }) => type === 'verified');
    expect(last).toMatchObject({ step: phase === 'prepare' ? '1.2' : '2.4' });
    expect(JSON.stringify(records)).not.toContain('"box"');
  });

  it.each(phaseNames)(
    'results in the remaining steps if the program was killed after the phase %s',
    (phase) => {
      const later = phaseNames.slice(phaseNames.indexOf(phase) + 1);
      const { left } = recordedOf(recordsAfter(phase)).unfinished ?? {};
      const phases = new Set(steps.filter(({ id }) => left?.has(id)).map((step) => step.phase));
      expect([...phases]).toEqual(later);
    },
  );

  it('contains what a rollback has to undo, and on which host', () => {
    const { steps: undoable } = undoableSince(recordsAfter('finalize')) ?? { steps: [] };
    const [at] = undoable.flatMap(({ productions }) => productions);
    expect(at).toBe('droplet:/home/david/services/postgres-erp');
    expect(undoable.flatMap(({ done }) => done)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'file', host: 'production', path: 'docker-compose.yml' }),
        expect.objectContaining({ type: 'service', host: 'production', name: 'postgrest-erp' }),
        expect.objectContaining({ type: 'route', hostname: 'erp-db.bestviable.com' }),
        expect.objectContaining({ type: 'record', host: 'erp-db.bestviable.com' }),
        expect.objectContaining({ type: 'migrations', database: 'production' }),
      ]),
    );
  });
});
