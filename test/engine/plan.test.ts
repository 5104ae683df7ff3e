import { expect, it } from 'vitest';
import { subjectOf } from '../../src/domain/change.ts';
import { FileFault } from '../../src/domain/ports/files.ts';
import { blocked } from '../../src/domain/step.ts';
import { Interrupted } from '../../src/engine/interrupted.ts';
import { makePlan, type StepPlan } from '../../src/engine/plan.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';
import {
  exact,
  fileChange,
  fileStep,
  needsFile,
  type Tiny,
  type TinyStep,
} from '../support/program/tiny-steps.ts';
import { writeOf } from '../support/workspace/changes.ts';

const signal = new AbortController().signal;

async function planOf(
  steps: readonly TinyStep[],
  files = new MemoryFiles(),
  skip = new Map<string, string>(),
) {
  const told: StepPlan<Tiny>[] = [];
  const plans = await makePlan(steps, skip, { files }, signal, (plan) => told.push(plan));
  expect(told).toEqual(plans);
  return plans;
}

it('checks every step, and changes nothing', async () => {
  const changes: string[] = [];
  const files = new MemoryFiles((what) => changes.push(what)).put('b', 'y');
  const steps = [fileStep('0.1', 'a', 'x'), fileStep('0.2', 'b', 'y')];
  expect((await planOf(steps, files)).map(({ state }) => state)).toEqual(['change', 'satisfied']);
  expect(changes).toEqual([]);
});

it('does not check a skipped step', async () => {
  const check = () => Promise.reject(new Error('looked'));
  const [plan] = await planOf(
    [fileStep('0.1', 'a', 'x', { check })],
    new MemoryFiles(),
    new Map([['0.1', 'why']]),
  );
  expect(plan).toMatchObject({ state: 'skipped', reason: 'why' });
});

it('shows the foreseeable changes of a step whose prerequisites this rollout will create', async () => {
  const pending = {
    status: 'pending',
    on: '2.1',
    subject: subjectOf(writeOf('b', 'y')),
    digest: null,
    summary: 'write b',
  } as const;
  const [, plan] = await planOf([
    fileStep('2.1', 'database', 'x'),
    fileStep('2.2', 'b', 'y', { needs: [needsFile('2.1', 'database')], foresee: async () => [pending] }),
  ]);
  expect(plan).toMatchObject({
    state: 'change',
    changes: [pending],
    check: { findings: [{ what: 'database', expected: 'depends on 2.1', actual: 'not run yet' }] },
  });
});

it('shows only the foreseeable changes of a step that reports on later checks', async () => {
  const pending = {
    status: 'pending',
    on: '2.3',
    subject: subjectOf(writeOf('b', 'y')),
    digest: null,
    summary: 'write b',
  } as const;
  const [plan] = await planOf([
    fileStep('2.6', 'b', 'y', { reports: 'checks', foresee: async () => [pending] }),
  ]);
  expect(plan).toMatchObject({ state: 'change', changes: [pending] });
});

it('shows only the foreseeable changes also if the actual state decides that a check comes later', async () => {
  const pending = {
    status: 'pending',
    on: '3.4',
    subject: subjectOf(writeOf('b', 'y')),
    digest: null,
    summary: 'tell',
  } as const;
  const plans = (path: string) => {
    const reports: TinyStep['reports'] = async ({ files }) =>
      files.text(path) === undefined ? 'changes' : 'checks';
    return planOf([fileStep('5.3', 'b', 'y', { reports, foresee: async () => [pending] })], seen);
  };
  const seen = new MemoryFiles().put('a', 'x');
  expect(await plans('a')).toMatchObject([{ changes: [pending] }]);
  expect(await plans('none')).toMatchObject([{ changes: [{ status: 'exact' }] }]);
});

it('shows a foreseeable problem', async () => {
  const problem = { code: 'ERP-0999', what: 'no', why: '', todo: [], exit: 4 } as const;
  const [, plan] = await planOf([
    fileStep('2.1', 'database', 'x'),
    fileStep('2.2', 'b', 'y', { needs: [needsFile('2.1', 'database')], foresee: async () => problem }),
  ]);
  expect(plan).toMatchObject({ state: 'blocked', problem: { code: 'ERP-0999' } });
});

it('blocks a step whose prerequisite no selected step will create, and names the command that would', async () => {
  const [plan] = await planOf([fileStep('2.2', 'b', 'y', { needs: [needsFile('2.1', 'database')] })]);
  expect(plan).toMatchObject({
    state: 'blocked',
    problem: {
      code: 'ERP-0301',
      exit: 3,
      todo: [{ command: ['erp-deploy', 'run', '--from', '2.1', '--until', '2.2'] }],
    },
  });
});

it('names the earliest step that is missing, and one command that gets to the last selected step', async () => {
  const all = [
    fileStep('0.1', 'folder', 'x'),
    fileStep('2.1', 'database', 'x', { needs: [needsFile('0.1', 'folder')] }),
    fileStep('2.2', 'tables', 'x', { needs: [needsFile('2.1', 'database')] }),
    fileStep('4.1', 'inventory', 'x', { needs: [needsFile('2.2', 'tables')] }),
    fileStep('4.2', 'document', 'x', { needs: [needsFile('2.1', 'database')] }),
  ];
  const context = { files: new MemoryFiles() };
  const plans = await makePlan(all.slice(3), new Map(), context, signal, () => undefined, all);
  expect(plans).toMatchObject([
    {
      state: 'blocked',
      problem: {
        what: 'Step 4.1 depends on step 0.1: folder.',
        why: expect.stringContaining('Also not complete: 2.1, 2.2.'),
        todo: [{ command: ['erp-deploy', 'run', '--from', '0.1', '--until', '4.2'] }],
      },
    },
    // The same step is missing, so it is reported once.
    { state: 'blocked', behind: '4.1' },
  ]);
});

it('blocks a step if the step that creates its prerequisite is skipped or already satisfied', async () => {
  const steps = [
    fileStep('2.1', 'elsewhere', 'x'),
    fileStep('2.2', 'b', 'y', { needs: [needsFile('2.1', 'database')] }),
  ];
  const leftOut = await planOf(steps, new MemoryFiles(), new Map([['2.1', 'why']]));
  const asItIs = await planOf(steps, new MemoryFiles().put('elsewhere', 'x'));
  for (const plans of [leftOut, asItIs]) expect(plans[1]).toMatchObject({ state: 'blocked' });
});

it('marks a step whose prerequisite a blocked step would create, or that cannot be checked because of it', async () => {
  const broken = { code: 'ERP-0999', what: 'no', why: '', todo: [], exit: 4 } as const;
  const database = needsFile('2.1', 'database');
  const unreadable = { ...database, holds: () => Promise.reject(new FileFault('read', 'database', 'EIO')) };
  const plans = await planOf([
    fileStep('2.1', 'database', 'x', { check: async () => blocked(broken) }),
    fileStep('2.2', 'b', 'y', { needs: [database] }),
    fileStep('2.3', 'c', 'y', { needs: [unreadable] }),
    fileStep('2.4', 'd', 'y', { needs: [needsFile('2.2', 'b')] }),
    fileStep('2.5', 'e', 'y', { needs: [database, needsFile('1.1', 'never')] }),
  ]);
  expect(plans.map((plan) => (plan.state === 'blocked' ? plan.behind : plan.state))).toEqual([
    undefined,
    '2.1',
    '2.1',
    '2.2',
    undefined,
  ]);
});

it('checks a step whose prerequisites are already met, whatever the state of earlier steps', async () => {
  const files = new MemoryFiles().put('database', 'another');
  const [, plan] = await planOf(
    [fileStep('2.1', 'database', 'x'), fileStep('2.2', 'b', 'y', { needs: [needsFile('2.1', 'database')] })],
    files,
  );
  expect(plan).toMatchObject({ state: 'change', changes: [exact(fileChange(files, 'b', 'y'))] });
});

it('reports a refusal of the system as a problem of that step, and continues', async () => {
  const check = () => Promise.reject(new FileFault('read', '.env', 'EACCES'));
  const plans = await planOf([fileStep('0.1', 'a', 'x', { check }), fileStep('0.2', 'b', 'x')]);
  expect(plans).toMatchObject([{ state: 'blocked', problem: { code: 'ERP-0401' } }, { state: 'change' }]);
});

it('rethrows a bug', async () => {
  const check = () => Promise.reject(new RangeError('bug'));
  await expect(planOf([fileStep('0.1', 'a', 'x', { check })])).rejects.toThrow('bug');
});

it('checks no further step after it is interrupted', async () => {
  const stop = new AbortController();
  const looked: string[] = [];
  const steps = [fileStep('0.1', 'a', 'x'), fileStep('0.2', 'b', 'x')];
  const plan = makePlan(steps, new Map(), { files: new MemoryFiles() }, stop.signal, ({ step }) => {
    looked.push(step.id);
    stop.abort(new Interrupted('SIGINT'));
  });
  await expect(plan).rejects.toThrow(Interrupted);
  expect(looked).toEqual(['0.1']);
});

it('shows exactly what a step writes about changes, unless an earlier step makes some', async () => {
  const pending = {
    status: 'pending',
    on: '0.1',
    subject: subjectOf(writeOf('b', 'y')),
    digest: null,
    summary: 'write b',
  } as const;
  const about = fileStep('4.1', 'b', 'y', { reports: 'changes', foresee: async () => [pending] });
  const [alone] = await planOf([about]);
  expect(alone).toMatchObject({ state: 'change', changes: [{ status: 'exact' }] });
  const [, behind] = await planOf([fileStep('0.1', 'a', 'x'), about]);
  expect(behind).toMatchObject({ state: 'change', changes: [pending] });
});

it('checks a step as usual if this run will open its gate, and blocks it if no step will', async () => {
  const gated = fileStep('3.2', 'b', 'y', { needs: [{ ...needsFile('2.3', 'tested'), gate: true }] });
  const [, plan] = await planOf([fileStep('2.3', 'tested', 'x'), gated]);
  expect(plan).toMatchObject({ state: 'change', check: { findings: [{ what: 'b', expected: 'y' }] } });
  expect(await planOf([gated])).toMatchObject([{ state: 'blocked', problem: { code: 'ERP-0301' } }]);
});

it('counts a gate as open if its step is already satisfied, because the run verifies that step again', async () => {
  const gate = { ...needsFile('2.3', 'recorded'), gate: true } as const;
  const steps = [fileStep('2.3', 'tested', 'x'), fileStep('3.2', 'b', 'y', { needs: [gate] })];
  const plans = await planOf(steps, new MemoryFiles().put('tested', 'x'));
  expect(plans.map(({ state }) => state)).toEqual(['satisfied', 'change']);
});

it('reports a closed gate once, at the first step that has it', async () => {
  const gate = { ...needsFile('2.3', 'tested'), gate: true } as const;
  const steps = [
    fileStep('3.1', 'a', 'x', { needs: [gate] }),
    fileStep('3.2', 'b', 'y', { needs: [gate] }),
    fileStep('3.5', 'c', 'z', { needs: [gate] }),
  ];
  const plans = await planOf(steps);
  expect(plans.map((plan) => 'behind' in plan && plan.behind)).toEqual([false, '3.1', '3.1']);
});
