import { expect, it } from 'vitest';
import { type PlannedChange, subjectOf } from '../../src/domain/change.ts';
import { digestOf } from '../../src/domain/change-digest.ts';
import { missing, satisfied } from '../../src/domain/step.ts';
import type { MemoryFiles } from '../support/disk/memory-files.ts';
import { rolloutBench } from '../support/production/rollout-bench.ts';
import { no, type Script, scripted, yes } from '../support/program/scripted-front-end.ts';
import { exact, fileChange, fileStep, needsFile, type TinyStep } from '../support/program/tiny-steps.ts';
import { migrateOf, writeOf } from '../support/workspace/changes.ts';

/** An operator whose file changes while they read the plan. */
function slowReader(script: Script, change: (files: MemoryFiles) => void) {
  let files: MemoryFiles | undefined;
  const frontEnd = scripted(script, ({ type }) => {
    if (type === 'confirm-plan' && files !== undefined) change(files);
  });
  const watch = (watched: MemoryFiles) => {
    files = watched;
  };
  return { frontEnd, watch };
}

it('asks again if the actual state changed after the approval, and shows the new changes', async () => {
  const { frontEnd, watch } = slowReader({ 'confirm-more': yes }, (files) => files.put('a', 'theirs'));
  const { run, files, records } = await rolloutBench({ frontEnd });
  watch(files);
  expect(await run([fileStep('0.1', 'a', 'x')])).toBe(0);
  expect(frontEnd.asked.map(({ type }) => type)).toEqual(['confirm-plan', 'confirm-more']);
  expect(frontEnd.asked[1]).toMatchObject({ step: '0.1', beyond: true, changes: [{ summary: 'change a' }] });
  expect(files.text('a')).toBe('x');
  expect(records().filter(({ type }) => type === 'confirmed')).toHaveLength(2);
});

it('changes nothing if the second approval does not come', async () => {
  const { frontEnd, watch } = slowReader({ 'confirm-more': no, failure: { type: 'stop' } }, (files) =>
    files.put('a', 'theirs'),
  );
  const { run, files } = await rolloutBench({ frontEnd });
  watch(files);
  expect(await run([fileStep('0.1', 'a', 'x')])).toBe(130);
  expect(files.text('a')).toBe('theirs');
  expect(frontEnd.of('problem')).toEqual([]);
});

it('asks nothing if the actual state became the expected one', async () => {
  const { frontEnd, watch } = slowReader({}, (files) => files.put('a', 'x'));
  const { run, files, order } = await rolloutBench({ frontEnd });
  watch(files);
  expect(await run([fileStep('0.1', 'a', 'x')])).toBe(0);
  expect(order).not.toContain('write a');
});

/** A step whose file another program rewrites each time between the check and the change. */
function rivalled(moves: number): TinyStep {
  const step = fileStep('0.1', 'a', 'x');
  let left = moves;
  return {
    ...step,
    preview: async ({ files }) => {
      const changes = [exact(fileChange(files, 'a', 'x'))];
      if (left-- > 0) files.put('a', `rival ${left}`);
      return changes;
    },
  };
}

it('previews again if the actual state changes between the check and the change', async () => {
  const frontEnd = scripted({ 'confirm-more': yes });
  const { run, files, order } = await rolloutBench({ frontEnd });
  expect(await run([rivalled(2)])).toBe(0);
  expect(files.text('a')).toBe('x');
  expect(order.filter((what) => what === 'write a')).toHaveLength(1);
});

it('gives up if another program keeps changing the same file', async () => {
  const frontEnd = scripted({ 'confirm-more': yes, failure: { type: 'stop' } });
  const { run, files } = await rolloutBench({ frontEnd });
  expect(await run([rivalled(9)])).toBe(4);
  expect(frontEnd.of('problem')).toMatchObject([{ problem: { code: 'ERP-0305' } }]);
  expect(files.text('a')).toMatch(/^rival/);
});

it('asks about each step at its turn if the operator goes step by step', async () => {
  const frontEnd = scripted({ 'confirm-plan': { type: 'step-by-step' }, 'confirm-more': yes });
  const { run, files, types } = await rolloutBench({ frontEnd });
  expect(await run([fileStep('0.1', 'a', 'x'), fileStep('0.2', 'b', 'y')])).toBe(0);
  expect(frontEnd.asked.slice(1)).toMatchObject([
    { type: 'confirm-more', step: '0.1', beyond: false },
    { type: 'confirm-more', step: '0.2' },
  ]);
  expect(files.paths()).toEqual(['a', 'b']);
  expect(types().slice(0, 3)).toEqual(['rollout', 'confirmed', 'intended']);
});

it.each([
  ['approve-phase', ['0.1', '1.1', '2.1']],
  ['approve-all', ['0.1']],
] as const)('asks only the questions that %s leaves', async (type, asked) => {
  const frontEnd = scripted({ 'confirm-plan': { type: 'step-by-step' }, 'confirm-more': [{ type }, yes] });
  const { run } = await rolloutBench({ frontEnd });
  const steps = [
    fileStep('0.1', 'a', 'x'),
    fileStep('0.2', 'b', 'x'),
    fileStep('1.1', 'c', 'x', { phase: 'local-test' }),
    fileStep('2.1', 'd', 'x', { phase: 'production' }),
  ];
  expect(await run(steps)).toBe(0);
  expect(frontEnd.asked.flatMap((one) => (one.type === 'confirm-more' ? [one.step] : []))).toEqual(asked);
});

it('skips a step that the operator skips at its turn', async () => {
  const frontEnd = scripted({
    'confirm-plan': { type: 'step-by-step' },
    'confirm-more': [{ type: 'skip', reason: 'by hand' }, yes],
  });
  const { run, files, records } = await rolloutBench({ frontEnd });
  expect(await run([fileStep('0.1', 'a', 'x'), fileStep('0.2', 'b', 'y')])).toBe(0);
  expect(files.paths()).toEqual(['b']);
  expect(records().find(({ type }) => type === 'skipped')).toMatchObject({ step: '0.1', reason: 'by hand' });
});

/** A step whose exact changes are known only after `database` exists. */
function laterStep(foreseen: readonly PlannedChange[], text: string): TinyStep {
  return fileStep('2.2', 'b', text, { needs: [needsFile('2.1', 'database')], foresee: async () => foreseen });
}

const pendingOf = (text: string | null): PlannedChange => ({
  status: 'pending',
  on: '2.1',
  subject: subjectOf(writeOf('b', '')),
  digest: text === null ? null : digestOf(writeOf('b', text)),
  summary: 'write b',
});

it.each([
  ['its content was known', pendingOf('y')],
  ['its content was not known yet', pendingOf(null)],
])('needs no second approval for a pending change that became exact as announced: %s', async (_, pending) => {
  const { run, files, frontEnd } = await rolloutBench();
  expect(await run([fileStep('2.1', 'database', 'x'), laterStep([pending], 'y')])).toBe(0);
  expect(frontEnd.asked.map(({ type }) => type)).toEqual(['confirm-plan']);
  expect(files.text('b')).toBe('y');
});

it.each([
  ['differs from the announced one', [pendingOf('y')], 'more'],
  ['was not told of at all', [], 'y'],
])('asks again if the exact form of a pending change %s', async (_, foreseen, text) => {
  const frontEnd = scripted({ 'confirm-more': yes });
  const { run, files } = await rolloutBench({ frontEnd });
  expect(await run([fileStep('2.1', 'database', 'x'), laterStep(foreseen, text)])).toBe(0);
  expect(frontEnd.asked[1]).toMatchObject({ type: 'confirm-more', step: '2.2' });
  expect(files.text('b')).toBe(text);
});

it('needs one approval for a migration of a database that this run creates first', async () => {
  const planned = migrateOf('001.sql', 'select 1;', null);
  const applied: string[] = [];
  const sql = { holds: async () => true, apply: async () => void applied.push('001.sql') };
  const { run, frontEnd } = await rolloutBench({ sql });
  const migration = fileStep('2.2', 'none', 'none', {
    needs: [needsFile('2.1', 'database')],
    foresee: async () => [
      {
        status: 'pending',
        on: '2.1',
        subject: subjectOf(planned),
        digest: digestOf(planned),
        summary: 'migrate',
      },
    ],
    check: async () => (applied.length > 0 ? satisfied('1 file', []) : missing()),
    preview: async () => [exact(planned)],
  });
  expect(await run([fileStep('2.1', 'database', 'x'), migration])).toBe(0);
  expect(applied).toEqual(['001.sql']);
  expect(frontEnd.asked).toHaveLength(1);
});

it('refuses to apply a change that is still pending at its turn', async () => {
  const frontEnd = scripted({ failure: { type: 'stop' } });
  const { run } = await rolloutBench({ frontEnd });
  expect(await run([fileStep('2.2', 'b', 'y', { preview: async () => [pendingOf(null)] })])).toBe(4);
  expect(frontEnd.of('problem')).toMatchObject([{ problem: { code: 'ERP-0304' } }]);
});

it('refuses a change that its saved plan does not contain, without asking', async () => {
  const { frontEnd, watch } = slowReader({ 'confirm-more': yes, failure: { type: 'stop' } }, (files) =>
    files.put('a', 'theirs'),
  );
  const { run, files } = await rolloutBench({ frontEnd });
  watch(files);
  expect(await run([fileStep('0.1', 'a', 'x')], { moved: () => null })).toBe(4);
  expect(frontEnd.asked.map(({ type }) => type)).toEqual(['confirm-plan', 'failure']);
  expect(frontEnd.of('problem')).toMatchObject([{ problem: { code: 'ERP-0303' } }]);
  expect(files.text('a')).toBe('theirs');
});
