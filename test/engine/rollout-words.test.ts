import { expect, it } from 'vitest';
import type { Intent } from '../../src/domain/front-end.ts';
import { satisfied } from '../../src/domain/step.ts';
import { rolloutBench } from '../support/production/rollout-bench.ts';
import { type ScriptedFrontEnd, scripted, yes } from '../support/program/scripted-front-end.ts';
import { fileStep, type TinyStep } from '../support/program/tiny-steps.ts';

const asked = { label: 'What was learned?', why: 'It is kept.' };
const told = (text: string): Intent => ({ type: 'words', text });

/** A step that writes the answer of the operator into a file, or nothing if the answer is empty. */
function tells(answer: () => string | undefined): TinyStep {
  const step = () => fileStep('5.3', 'lessons', answer() ?? '');
  return {
    ...step(),
    asks: () => asked,
    check: async (tiny) => (answer() === '' ? satisfied('none', []) : step().check(tiny)),
    preview: (tiny) => step().preview(tiny),
    reports: 'checks',
    foresee: async () => [
      {
        status: 'pending',
        on: '0.1',
        subject: { kind: 'write', host: 'here', path: 'lessons' },
        digest: null,
        summary: 'write lessons',
      },
    ],
  };
}

async function benchOf(frontEnd: ScriptedFrontEnd, interactive = true) {
  const bench = await rolloutBench({ frontEnd, interactive });
  const steps = [fileStep('0.1', 'a', 'x'), tells(() => bench.parts.journal.recorded.answer('5.3')?.text)];
  const answers = () => bench.records().filter(({ type }) => type === 'answered');
  return { ...bench, steps, answers };
}

const types = ({ asked }: ScriptedFrontEnd) => asked.map(({ type }) => type);

it('the answer of the operator is shown once more before it is written, even after earlier approvals', async () => {
  const frontEnd = scripted({ words: told(' Measure first. '), 'confirm-more': yes });
  const { run, steps, files, answers } = await benchOf(frontEnd);
  expect(await run(steps)).toBe(0);
  expect(types(frontEnd)).toEqual(['confirm-plan', 'words', 'confirm-more']);
  expect(frontEnd.asked.at(-1)).toMatchObject({ step: '5.3', beyond: false });
  expect(files.text('lessons')).toBe('Measure first.');
  expect(answers()).toMatchObject([{ step: '5.3', text: 'Measure first.' }]);
});

it('an operator who leaves the notes empty is not asked again in this rollout', async () => {
  const frontEnd = scripted({ words: told('') });
  const { run, steps, answers, files } = await benchOf(frontEnd);
  expect(await run(steps)).toBe(0);
  expect(await run(steps)).toBe(0);
  expect(types(frontEnd)).toEqual(['confirm-plan', 'words']);
  expect(answers()).toMatchObject([{ text: '' }]);
  expect(files.paths()).toEqual(['a']);
});

it('the question comes again in the next rollout, but not if nothing is changed', async () => {
  const frontEnd = scripted({ words: told('') });
  const { run, steps, files, answers } = await benchOf(frontEnd);
  await run(steps);
  files.put('a', 'other');
  await run(steps);
  expect(answers()).toHaveLength(2);
  const idle = fileStep('5.3', 'b', 'y', { asks: () => asked, check: async () => satisfied('there', []) });
  const bench = await benchOf(scripted());
  expect(await bench.run([idle])).toBe(0);
  expect(bench.frontEnd.asked).toEqual([]);
});

it('the question is not asked without a terminal, and an automatic answer is not recorded', async () => {
  const step = fileStep('5.3', 'a', 'x', { asks: () => asked });
  const alone = await benchOf(scripted(), false);
  expect(await alone.run([step])).toBe(0);
  expect(types(alone.frontEnd)).toEqual(['confirm-plan']);
  const unattended = await benchOf(scripted({ words: { type: 'decline' } }));
  expect(await unattended.run([step])).toBe(0);
  expect(unattended.answers()).toEqual([]);
});
