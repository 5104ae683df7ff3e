import { expect, it, onTestFinished, vi } from 'vitest';
import { satisfied } from '../../src/domain/step.ts';
import { rolloutBench } from '../support/production/rollout-bench.ts';
import { no, scripted } from '../support/program/scripted-front-end.ts';
import { fileStep, needsFile, type TinyStep } from '../support/program/tiny-steps.ts';

it('applies each confirmed change once, and checks again', async () => {
  const { run, files, order, frontEnd, types } = await rolloutBench();
  expect(await run([fileStep('0.1', 'a', 'x')])).toBe(0);
  expect(files.text('a')).toBe('x');
  expect(order.filter((what) => what === 'write a')).toHaveLength(1);
  expect(frontEnd.outcomes()).toEqual(['0.1 done']);
  expect(types()).toEqual(['rollout', 'confirmed', 'intended', 'applied', 'verified', 'finished']);
});

it('reports the start and end of each step and change', async () => {
  const { run, frontEnd } = await rolloutBench();
  await run([fileStep('0.1', 'a', 'x')]);
  const types = frontEnd.events.map(({ type }) => type).filter((type) => /^(step|change)\./.test(type));
  const change = ['change.started', 'change.finished'];
  expect(types).toEqual(['step.planned', 'step.started', ...change, 'step.finished']);
});

it('records the approval in the journal before the first effect', async () => {
  const { run, order } = await rolloutBench();
  await run([fileStep('0.1', 'a', 'x')]);
  expect(order.indexOf('confirmed')).toBeLessThan(order.indexOf('write a'));
});

it('asks and changes nothing if the actual state is the expected one', async () => {
  const { run, files, frontEnd, types } = await rolloutBench();
  files.put('a', 'x');
  expect(await run([fileStep('0.1', 'a', 'x')])).toBe(0);
  expect(frontEnd.asked).toEqual([]);
  expect(frontEnd.of('change.started')).toEqual([]);
  expect(types()).toEqual(['verified']);
});

it('reports a step as unchanged only if the check found nothing new', async () => {
  const { run, files } = await rolloutBench();
  files.put('a', 'x');
  const outcomes = async () => {
    const frontEnd = scripted();
    await run([fileStep('0.1', 'a', 'x')], { frontEnd });
    return frontEnd.outcomes();
  };
  expect(await outcomes()).toEqual(['0.1 done']);
  expect(await outcomes()).toEqual(['0.1 already']);
});

it('leaves the journal as it is when run again with nothing to do', async () => {
  const { run, journalFile } = await rolloutBench();
  await run([fileStep('0.1', 'a', 'x')]);
  const before = journalFile.text;
  const frontEnd = scripted();
  await run([fileStep('0.1', 'a', 'x')], { frontEnd });
  expect(journalFile.text).toBe(before);
  expect(frontEnd.outcomes()).toEqual(['0.1 already']);
});

it('changes nothing if the plan is declined', async () => {
  const frontEnd = scripted({ 'confirm-plan': no });
  const { run, files, records } = await rolloutBench({ frontEnd });
  expect(await run([fileStep('0.1', 'a', 'x')])).toBe(0);
  expect(files.paths()).toEqual([]);
  expect(records()).toEqual([]);
  expect(frontEnd.outcomes()).toEqual(['0.1 stopped']);
});

it('skips what the operator excluded, with the reason', async () => {
  const { run, files, frontEnd } = await rolloutBench({ skip: new Map([['0.1', 'not here']]) });
  await run([fileStep('0.1', 'a', 'x'), fileStep('0.2', 'b', 'y')]);
  expect(files.paths()).toEqual(['b']);
  expect(frontEnd.of('step.finished')[0]).toMatchObject({ outcome: 'skipped', summary: 'not here' });
});

it('records once what the operator excluded beforehand, and does not record steps that do not apply', async () => {
  const skip = new Map([['0.1', 'not here']]);
  const { run, records } = await rolloutBench();
  const steps = [fileStep('0.1', 'a', 'x'), fileStep('0.2', 'b', 'y', { skipReason: () => 'no droplet' })];
  const skips = () => records().filter(({ type }) => type === 'skipped');
  await run(steps, { skip });
  await run(steps, { skip });
  expect(skips()).toMatchObject([{ step: '0.1', reason: 'not here' }]);
  await run(steps);
  await run(steps, { skip });
  expect(skips()).toHaveLength(2);
});

it('records whether the operator or a flag skips a step', async () => {
  const skip = new Map([
    ['0.1', 'not here'],
    ['0.2', 'left out by --skip'],
  ] as const);
  const { run, records } = await rolloutBench({ skip, skippedByFlag: new Set(['0.2']) });
  await run([fileStep('0.1', 'a', 'x'), fileStep('0.2', 'b', 'y'), fileStep('0.3', 'c', 'z')]);
  expect(records().filter(({ type }) => type === 'skipped')).toMatchObject([
    { step: '0.1', reason: 'not here' },
    { step: '0.2', flag: '--skip' },
  ]);
  expect(records().find((one) => one.type === 'skipped')).not.toHaveProperty('flag');
});

it('skips steps that do not apply', async () => {
  const { run, files, frontEnd } = await rolloutBench();
  await run([fileStep('0.1', 'a', 'x', { skipReason: () => 'no droplet is configured' })]);
  expect(files.paths()).toEqual([]);
  expect(frontEnd.outcomes()).toEqual(['0.1 skipped']);
});

it('reports the evidence of a new check, and the items that it left open', async () => {
  const verify = async () =>
    satisfied(
      'seen',
      [{ item: '0.1#1', target: 'workspace', summary: 'a file' }],
      [{ item: '0.1#2', reason: 'no droplet' }],
    );
  const { run, frontEnd, records } = await rolloutBench();
  await run([fileStep('0.1', 'a', 'x', { verify })]);
  expect(frontEnd.of('evidence')).toMatchObject([{ step: '0.1', item: '0.1#1', summary: 'a file' }]);
  expect(frontEnd.of('step.finished')).toMatchObject([{ open: [{ item: '0.1#2', reason: 'no droplet' }] }]);
  expect(records().find(({ type }) => type === 'verified')).toMatchObject({
    evidence: [{ item: '0.1#1' }],
    open: [{ item: '0.1#2' }],
  });
});

it.each([true, false])(
  'refuses a step whose prerequisite is not met, with any selection (interactive: %s)',
  async (interactive) => {
    const frontEnd = scripted({ failure: { type: 'stop' } });
    const { run, files } = await rolloutBench({
      frontEnd,
      interactive,
      given: ['--overwrite', '--allow-populated'],
    });
    const steps = [
      fileStep('0.1', 'a', 'x'),
      fileStep('2.2', 'b', 'y', { needs: [needsFile('2.1', 'database')] }),
    ];
    expect(await run(steps)).toBe(3);
    expect(frontEnd.of('problem')).toMatchObject([{ step: '2.2', problem: { code: 'ERP-0301' } }]);
    expect(frontEnd.asked.map(({ type }) => type)).not.toContain('confirm-plan');
    expect(files.paths()).toEqual([]);
    expect(frontEnd.outcomes()).toEqual(['0.1 stopped', '2.2 failed']);
  },
);

it('fails a step whose prerequisite an earlier step should have created and did not', async () => {
  const frontEnd = scripted({ failure: { type: 'stop' } });
  const { run, files } = await rolloutBench({ frontEnd });
  const verify = async () => satisfied('nothing to do', []);
  const idle = fileStep('2.1', 'database', 'x', { preview: async () => [], verify });
  expect(await run([idle, fileStep('2.2', 'b', 'y', { needs: [needsFile('2.1', 'database')] })])).toBe(3);
  expect(frontEnd.outcomes()).toEqual(['2.1 done', '2.2 failed']);
  expect(files.paths()).toEqual([]);
});

it('stops at a failed step, and starts no later one', async () => {
  const frontEnd = scripted({ failure: { type: 'stop' } });
  const { run, files } = await rolloutBench({ frontEnd });
  const untrue = fileStep('0.1', 'a', 'x', { verify: fileStep('0.1', 'elsewhere', 'x').check });
  expect(await run([untrue, fileStep('0.2', 'b', 'y')])).toBe(4);
  expect(frontEnd.outcomes()).toEqual(['0.1 failed', '0.2 stopped']);
  expect(files.paths()).toEqual(['a']);
});

it('records the reason for passing the gate of production, but only if a step has that gate', async () => {
  const gate = { step: '2.3', what: 'a local test', gate: true, holds: async () => true } as const;
  const begun = async (...needs: TinyStep['needs']) => {
    const { run, records } = await rolloutBench({ withoutLocalTest: 'a hotfix' });
    expect(await run([fileStep('3.1', 'a', 'x', { needs })])).toBe(0);
    return records()[0];
  };
  expect(await begun(gate)).toMatchObject({ type: 'rollout', withoutLocalTest: 'a hotfix' });
  expect(await begun()).not.toHaveProperty('withoutLocalTest');
});

it('does not count the time of an answer as time of the step', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const answer = { type: 'approve' } as const;
  const frontEnd = scripted({ 'confirm-plan': { type: 'step-by-step' } });
  const slow: typeof frontEnd = {
    ...frontEnd,
    ask: async (question, signal) => {
      if (question.type !== 'confirm-more') return frontEnd.ask(question, signal);
      vi.advanceTimersByTime(60_000);
      return answer;
    },
  };
  const { run } = await rolloutBench({ frontEnd: slow });
  expect(await run([fileStep('0.1', 'a', 'x')])).toBe(0);
  expect(frontEnd.of('step.finished')[0]?.milliseconds).toBe(0);
});
