import { expect, it } from 'vitest';
import { FileFault } from '../../src/domain/ports/files.ts';
import { type Problem, ProblemError } from '../../src/domain/problem.ts';
import { blocked } from '../../src/domain/step.ts';
import { rolloutBench } from '../support/production/rollout-bench.ts';
import { scripted, yes } from '../support/program/scripted-front-end.ts';
import { fileStep, needsFile, type TinyStep } from '../support/program/tiny-steps.ts';

const broken: Problem = { code: 'ERP-0999', what: 'The disk is away.', why: '', todo: [], exit: 3 };

/** A step that fails a given number of times, and then succeeds. */
function flaky(failures: number, fail: () => Promise<never>): TinyStep {
  const step = fileStep('0.1', 'a', 'x');
  let left = failures + 1; // the plan checks it first
  return { ...step, check: async (tiny) => (left-- > failures || left < 0 ? step.check(tiny) : fail()) };
}

const refused = () => Promise.reject(new FileFault('write', 'a', 'EACCES'));

it('retries as often as the operator chooses', async () => {
  const frontEnd = scripted({ failure: { type: 'retry' } });
  const { run, files } = await rolloutBench({ frontEnd });
  expect(await run([flaky(2, refused)])).toBe(0);
  expect(frontEnd.asked.filter(({ type }) => type === 'failure')).toHaveLength(2);
  expect(frontEnd.outcomes()).toEqual(['0.1 done']);
  expect(files.text('a')).toBe('x');
});

it('skips a failed step with the reason of the operator, and continues', async () => {
  const frontEnd = scripted({ failure: { type: 'skip', reason: 'done by hand' }, skipped: yes });
  const { run, files, records } = await rolloutBench({ frontEnd });
  expect(await run([flaky(1, refused), fileStep('0.2', 'b', 'y')])).toBe(0);
  expect(frontEnd.outcomes()).toEqual(['0.1 skipped', '0.2 done']);
  expect(files.paths()).toEqual(['b']);
  expect(records().filter(({ type }) => type === 'failed' || type === 'skipped')).toMatchObject([
    { type: 'failed', code: 'ERP-0401' },
    { type: 'skipped', step: '0.1', reason: 'done by hand' },
  ]);
});

it('skips the dependents of a failed step with it, and runs all of them if that is reverted', async () => {
  const frontEnd = scripted({
    failure: { type: 'skip', reason: 'not now' },
    skipped: [{ type: 'take-back' }, yes],
    'confirm-more': yes,
  });
  const { run, files, parts } = await rolloutBench({ frontEnd });
  const dependent = fileStep('0.2', 'b', 'y', { needs: [needsFile('0.1', 'a')] });
  expect(await run([flaky(1, refused), dependent, fileStep('0.3', 'c', 'z')])).toBe(0);
  expect(frontEnd.asked.find(({ type }) => type === 'failure')).toMatchObject({ dependents: ['0.2'] });
  expect(frontEnd.asked.find(({ type }) => type === 'skipped')).toMatchObject({
    steps: ['0.1', '0.2'],
    reason: 'not now',
  });
  expect(frontEnd.outcomes()).toEqual([
    '0.1 skipped',
    '0.2 skipped',
    '0.3 done',
    '0.1 done',
    '0.2 done',
    '0.3 already',
  ]);
  expect(files.paths()).toEqual(['a', 'b', 'c']);
  expect(parts.journal.recorded.leftOut('0.1')).toBeUndefined();
  expect(parts.journal.recorded.unfinished).toBeNull();
});

it('stops with the exit code of the problem, and stays unfinished', async () => {
  const frontEnd = scripted({ failure: { type: 'stop' } });
  const { run, parts } = await rolloutBench({ frontEnd });
  expect(await run([flaky(1, refused)])).toBe(3);
  expect(parts.journal.recorded.unfinished?.rollout).toBe('r1');
});

it('resumes the same rollout in the next run, and finishes it', async () => {
  const frontEnd = scripted({ failure: { type: 'stop' } });
  const { run, types, parts } = await rolloutBench({ frontEnd });
  const steps = [fileStep('0.1', 'a', 'x'), fileStep('0.2', 'b', 'y')];
  await run([steps[0] ?? fileStep('0.1', 'a', 'x'), { ...flaky(1, refused), id: '0.2' }]);
  expect(await run(steps)).toBe(0);
  expect(types().filter((type) => type === 'rollout' || type === 'resumed')).toEqual(['rollout', 'resumed']);
  expect(parts.journal.recorded.unfinished).toBeNull();
});

it('stays unfinished if only a part of its steps is run, and is finished by the remaining steps', async () => {
  const frontEnd = scripted({ failure: { type: 'stop' } });
  const { run, parts } = await rolloutBench({ frontEnd });
  const [first, third] = [fileStep('0.1', 'a', 'x'), fileStep('0.3', 'c', 'x')];
  await run([first, { ...flaky(1, refused), id: '0.2' }, third]);
  const left = () => [...(parts.journal.recorded.unfinished?.left ?? [])];
  expect(left()).toEqual(['0.2', '0.3']);
  expect(await run([first])).toBe(0);
  expect(left()).toEqual(['0.2', '0.3']);
  expect(await run([fileStep('0.2', 'b', 'y')])).toBe(0);
  expect(left()).toEqual(['0.3']);
  expect(await run([third])).toBe(0);
  expect(parts.journal.recorded.unfinished).toBeNull();
});

it('is finished by any successful run if an older journal does not contain its selection', async () => {
  const by = { program: '0.1.0', engine: 'embedded', by: 'david@laptop' };
  const old = { v: 1, at: '2026-11-22T21:04:00.000Z', type: 'rollout', rollout: 'r0', ...by };
  const { run, parts } = await rolloutBench({ journal: `${JSON.stringify(old)}\n` });
  expect(await run([fileStep('0.1', 'a', 'x')])).toBe(0);
  expect(parts.journal.recorded.unfinished).toBeNull();
});

it('resumes on the engine that was last selected by name', async () => {
  const frontEnd = scripted({ failure: { type: 'stop' } });
  const { run, files, parts, types } = await rolloutBench({ frontEnd });
  await run([flaky(1, refused)]);
  expect(parts.journal.recorded.engine).toBe('embedded');
  files.put('a', 'x');
  // Nothing is left to change, but the checks still use that engine.
  await run([fileStep('0.1', 'a', 'x')], { engine: 'docker' });
  expect(parts.journal.recorded.engine).toBe('docker');
  expect(types().slice(-3)).toEqual(['resumed', 'verified', 'finished']);
});

it('records evidence again if a check in between found a difference in the database', async () => {
  const frontEnd = scripted({ failure: { type: 'stop' } });
  const { run, files, parts, types } = await rolloutBench({ frontEnd });
  files.put('a', 'x');
  await run([fileStep('0.1', 'a', 'x')]);
  const differs: Problem = { ...broken, exit: 5 };
  expect(await run([fileStep('0.1', 'a', 'x', { check: async () => blocked(differs) })])).toBe(5);
  expect(parts.journal.recorded.isDisproved('0.1')).toBe(true);
  expect(await run([fileStep('0.1', 'a', 'x')])).toBe(0);
  expect(parts.journal.recorded.isDisproved('0.1')).toBe(false);
  expect(types()).toEqual(['verified', 'failed', 'verified']);
});

it('records the evidence again if a failed step is unchanged', async () => {
  const frontEnd = scripted({ failure: { type: 'stop' } });
  const { run, types } = await rolloutBench({ frontEnd });
  const sound = fileStep('0.1', 'a', 'x');
  await run([sound]);
  await run([flaky(1, refused)]);
  await run([sound]);
  expect(types().slice(-2)).toEqual(['failed', 'verified']);
  await run([sound]);
  expect(types().slice(-2)).toEqual(['failed', 'verified']);
});

it('fails if a change has no effect on the actual state', async () => {
  const frontEnd = scripted({ failure: { type: 'stop' } });
  const { run } = await rolloutBench({ frontEnd });
  const step = fileStep('0.1', 'a', 'x', { verify: fileStep('0.1', 'elsewhere', 'y').check });
  expect(await run([step])).toBe(4);
  expect(frontEnd.of('problem')).toMatchObject([
    { problem: { code: 'ERP-0420', excerpt: ['elsewhere: expected y, actual: nothing'] } },
  ]);
  expect(frontEnd.of('evidence')).toEqual([]);
});

it('reports the problem of a step that became blocked', async () => {
  const frontEnd = scripted({ failure: { type: 'stop' } });
  const { run } = await rolloutBench({ frontEnd });
  expect(await run([fileStep('0.1', 'a', 'x', { verify: async () => blocked(broken) })])).toBe(3);
  expect(frontEnd.of('problem')).toMatchObject([{ problem: { code: 'ERP-0999' } }]);
});

it('refuses a plan with a blocked step, and reports the other problems, too', async () => {
  const frontEnd = scripted({ failure: { type: 'stop' } });
  const { run, files } = await rolloutBench({ frontEnd });
  const steps = [
    fileStep('0.1', 'a', 'x'),
    fileStep('0.2', 'b', 'x', { check: async () => blocked(broken) }),
    fileStep('0.3', 'c', 'x', { preview: async () => ({ ...broken, code: 'ERP-0998', exit: 4 }) }),
  ];
  expect(await run(steps)).toBe(3);
  expect(frontEnd.of('problem').map(({ problem }) => problem.code)).toEqual(['ERP-0999', 'ERP-0998']);
  expect(files.paths()).toEqual([]);
});

it('makes a new plan after the operator fixed the problem', async () => {
  let repaired = false;
  const frontEnd = scripted({ failure: { type: 'retry' } }, ({ type }) => {
    repaired ||= type === 'failure';
  });
  const { run, files } = await rolloutBench({ frontEnd });
  const step = fileStep('0.1', 'a', 'x');
  const mendable: TinyStep = {
    ...step,
    check: async (tiny) => (repaired ? step.check(tiny) : blocked(broken)),
  };
  expect(await run([mendable])).toBe(0);
  expect(files.text('a')).toBe('x');
});

it('rethrows a bug unchanged', async () => {
  const bug = new TypeError('x is not a function');
  const { run, types, frontEnd } = await rolloutBench();
  await expect(run([flaky(1, () => Promise.reject(bug))])).rejects.toBe(bug);
  expect(frontEnd.of('problem')).toEqual([]);
  expect(types()).not.toContain('failed');
});

it('reports once that the disk of the journal is full, and resumes when there is space', async () => {
  const bench = await rolloutBench({
    frontEnd: scripted({ failure: { type: 'retry' } }, ({ type }) => {
      if (type === 'failure') bench.journalFile.room = 10_000;
    }),
  });
  const step = fileStep('0.1', 'a', 'x');
  let looks = 0;
  const filling: TinyStep = {
    ...step,
    check: (tiny) => {
      looks += 1;
      if (looks === 2) bench.journalFile.room = 10;
      return step.check(tiny);
    },
  };
  expect(await bench.run([filling])).toBe(0);
  expect(bench.frontEnd.of('problem')).toMatchObject([{ problem: { code: 'ERP-0402' } }]);
  expect(bench.frontEnd.of('note')).toMatchObject([{ text: expect.stringContaining('ENOSPC') }]);
  expect(bench.frontEnd.outcomes()).toEqual(['0.1 done']);
});

it.each<[string, Problem, number]>([
  ['another rollout has the lock', { ...broken, code: 'ERP-0721', exit: 6 }, 6],
  ['the lock cannot be checked', broken, 3],
])('reports the lost lock instead of a later failure: %s', async (_, problem, exit) => {
  const frontEnd = scripted({ failure: { type: 'stop' } });
  const { run, parts } = await rolloutBench({ frontEnd });
  Object.assign(parts, { assertLocksHeld: () => Promise.reject(new ProblemError(problem)) });
  expect(await run([flaky(1, refused)])).toBe(exit);
  expect(frontEnd.of('problem')).toMatchObject([{ problem: { code: exit === 6 ? 'ERP-0721' : 'ERP-0401' } }]);
});
