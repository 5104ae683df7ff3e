import { describe, expect, test } from 'vitest';
import { judgeItem, type StepRecord } from '../../src/checklist/judge-item.ts';
import { knownItems } from '../../src/checklist/match-items.ts';
import type { Evidence, OpenItem } from '../../src/domain/evidence.ts';
import type { ItemId, StepId } from '../../src/domain/phase.ts';
import { steps } from '../../src/tasks/steps.ts';

function known(id: ItemId) {
  const box = knownItems.find((one) => one.id === id);
  if (box === undefined) throw new Error(`no item ${id}`);
  return box;
}

function record(step: StepId, evidence: readonly Evidence[], open: readonly OpenItem[] = []): StepRecord {
  return { step, seen: { at: '2026-11-22T21:04:00.000Z', evidence, open }, failedSince: null, leftOut: null };
}

const unseen = (step: StepId): StepRecord => ({ step, seen: null, failedSince: null, leftOut: null });

/** Judges an item by these records of its step; no other step has records. */
function judged(id: ItemId, ...records: readonly StepRecord[]) {
  return judgeItem(known(id), steps, (step) => records.find((one) => one.step === step) ?? unseen(step));
}

describe('an item is checked off', () => {
  test('if its step has evidence for it', () => {
    const seen = record('0.3', [{ item: '0.3#1', target: 'workspace', summary: 'deprecated/ exists' }]);
    expect(judged('0.3#1', seen)).toEqual({
      state: 'ticked',
      summary: 'deprecated/ exists (workspace, step 0.3, checked 2026-11-22T21:04:00.000Z)',
    });
  });

  test('by a later step that checks the running system, if the earlier step only wrote the configuration', () => {
    const written = record('0.2', [], [{ item: '0.2#2', reason: 'verified by 2.1' }]);
    const running = record('2.1', [{ item: '0.2#2', target: 'docker', summary: 'on portfolio-network' }]);
    expect(judged('0.2#2', written, running).state).toBe('ticked');
    expect(judged('0.2#2', written)).toEqual({ state: 'open', summary: 'verified by 2.1' });
  });
});

describe('an item stays open', () => {
  test.each([
    ['2.1#2', 'embedded'],
    ['2.5#1', 'production'],
    ['3.4#2', 'docker'],
    ['4.4#4', 'docker'],
    ['4.1#3', 'embedded'],
    ['5.2#1', 'workspace'],
  ] as const)('%s if the evidence is about %s', (id, target) => {
    const step = known(id).step;
    const { state, summary } = judged(id, record(step, [{ item: id, target, summary: 'seen' }]));
    expect(state).toBe('open');
    expect(summary).toContain(`checked only on ${target}`);
  });

  test('if the step failed after its last check', () => {
    const seen = record('0.3', [{ item: '0.3#1', target: 'workspace', summary: 'there' }]);
    expect(judged('0.3#1', { ...seen, failedSince: 'It is gone.' })).toEqual({
      state: 'open',
      summary: 'step 0.3 failed since: It is gone.',
    });
  });

  test('if its step is skipped, with the reason', () => {
    expect(judged('3.1#1', { ...unseen('3.1'), leftOut: 'no production host' }).summary).toBe(
      'step 3.1 is skipped: no production host',
    );
  });

  test('if nothing was checked, with the command to check it', () => {
    expect(judged('2.6#1')).toMatchObject({
      summary: 'not checked yet',
      command: ['erp-deploy', 'run', '--only', '2.6'],
    });
  });
});

describe('the steps declare', () => {
  const declared = (step: StepId) => steps.find(({ id }) => id === step)?.items?.map(({ id }) => id) ?? [];

  test('every item of their section', () => {
    const missing = knownItems.filter(({ id, step }) => !declared(step).includes(id));
    expect(missing).toEqual([]);
  });

  test('no item that the checklist does not have, and none twice', () => {
    const all = knownItems.map(({ id }) => id);
    for (const { id } of steps) {
      expect(declared(id).filter((item) => !all.includes(item))).toEqual([]);
      expect(new Set(declared(id)).size).toBe(declared(id).length);
    }
  });

  test('for production, only items that evidence from production proves', () => {
    const there = steps.filter(({ phase }) => phase === 'production' || phase === 'cloudflare');
    const others = there.flatMap(({ items = [] }) =>
      items.filter(({ provenOn }) => provenOn.join() !== 'production'),
    );
    expect(others).toEqual([]);
  });
});
