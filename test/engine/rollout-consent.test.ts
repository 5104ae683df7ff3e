import { expect, it } from 'vitest';
import type { Consent } from '../../src/domain/change.ts';
import { remedyLine } from '../../src/domain/command-text.ts';
import type { JournalRecord } from '../../src/domain/journal-record.ts';
import { answerUnattended } from '../../src/headless/answers.ts';
import { rolloutBench } from '../support/production/rollout-bench.ts';
import { no, type ScriptedFrontEnd, scripted, yes } from '../support/program/scripted-front-end.ts';
import { exact, fileChange, fileStep, type TinyStep } from '../support/program/tiny-steps.ts';

const overwrite: Consent = { flag: '--overwrite', value: 'a b.yml', why: 'A person wrote it.' };
const populated: Consent = { flag: '--allow-populated', why: 'It holds rows.' };

/** A step that writes a file with separate approval. */
function daring(id: TinyStep['id'], path: string, consent: Consent): TinyStep {
  return fileStep(id, path, 'x', {
    preview: async ({ files }) => [exact(fileChange(files, path, 'x'), consent)],
  });
}

/** Returns the approvals in the journal, record by record. */
function consentsIn(records: readonly JournalRecord[]): readonly (readonly string[])[] {
  return records.flatMap((one) => (one.type === 'confirmed' ? [one.consents] : []));
}

/** The answers of a run without a terminal. */
function unattended(): ScriptedFrontEnd {
  const frontEnd = scripted();
  return { ...frontEnd, ask: async (question) => answerUnattended(question) };
}

it('asks for each separate approval after the plan', async () => {
  const frontEnd = scripted({ consent: yes });
  const { run, files, order, records } = await rolloutBench({ frontEnd });
  expect(await run([daring('0.1', 'a', overwrite), daring('0.2', 'b', populated)])).toBe(0);
  expect(frontEnd.asked).toMatchObject([
    { type: 'confirm-plan' },
    { type: 'consent', step: '0.1', consent: { flag: '--overwrite' } },
    { type: 'consent', step: '0.2', consent: { flag: '--allow-populated' } },
  ]);
  expect(files.paths()).toEqual(['a', 'b']);
  expect(consentsIn(records())).toEqual([[], ['--overwrite'], ['--allow-populated']]);
  expect(order.filter((what) => /^(confirmed|write)/.test(what))).toEqual([
    'confirmed',
    'confirmed',
    'write a',
    'confirmed',
    'write b',
  ]);
});

it('asks once about a step that needs a separate approval, if it is approved step by step', async () => {
  const step = fileStep('0.1', 'a', 'x', {
    preview: async ({ files }) => [
      exact(fileChange(files, 'note', 'x')),
      exact(fileChange(files, 'a', 'x'), overwrite),
    ],
  });
  const frontEnd = scripted({ 'confirm-plan': { type: 'step-by-step' }, consent: yes, 'confirm-more': yes });
  const { run, files, records, order } = await rolloutBench({ frontEnd });
  expect(await run([step, fileStep('0.2', 'b', 'x')])).toBe(0);
  expect(frontEnd.asked.map(({ type }) => type)).toEqual(['confirm-plan', 'consent', 'confirm-more']);
  expect(frontEnd.of('step.planned').findLast(({ step: id }) => id === '0.1')?.changes).toHaveLength(2);
  expect(files.paths()).toEqual(['a', 'b', 'note']);
  expect(consentsIn(records())).toEqual([[], ['--overwrite'], []]);
  expect(order.indexOf('write note')).toBeGreaterThan(order.indexOf('confirmed'));
});

it('changes nothing of such a step if its separate approval is declined', async () => {
  const step = fileStep('0.1', 'a', 'x', {
    preview: async ({ files }) => [
      exact(fileChange(files, 'note', 'x')),
      exact(fileChange(files, 'a', 'x'), overwrite),
    ],
  });
  const frontEnd = scripted({
    'confirm-plan': { type: 'step-by-step' },
    consent: no,
    failure: { type: 'stop' },
  });
  const { run, files, records } = await rolloutBench({ frontEnd });
  expect(await run([step])).toBe(130);
  expect(files.paths()).toEqual([]);
  expect(records().filter(({ type }) => type === 'confirmed')).toEqual([]);
});

it('asks nothing if its flag was given', async () => {
  const { run, frontEnd, records } = await rolloutBench({ given: ['--overwrite'] });
  expect(await run([daring('0.1', 'a', overwrite)])).toBe(0);
  expect(frontEnd.asked.map(({ type }) => type)).toEqual(['confirm-plan']);
  expect(consentsIn(records())).toEqual([['--overwrite']]);
});

it('treats a declined approval as a choice: changes nothing, records no failure, and asks how to continue', async () => {
  const frontEnd = scripted({ consent: no, failure: { type: 'stop' } });
  const { run, files, records, types } = await rolloutBench({ frontEnd });
  expect(await run([daring('0.1', 'a', overwrite)])).toBe(130);
  expect(files.paths()).toEqual([]);
  expect(consentsIn(records())).toEqual([[]]);
  expect(frontEnd.of('problem')).toEqual([]);
  expect(types()).not.toContain('failed');
  expect(frontEnd.asked.at(-1)).toMatchObject({
    type: 'failure',
    step: '0.1',
    declined: true,
    editable: false,
  });
  expect(frontEnd.outcomes()).toEqual(['0.1 stopped']);
});

it('asks again for a declined approval if the operator chooses that', async () => {
  const frontEnd = scripted({ consent: [no, yes], failure: { type: 'retry' } });
  const { run, files } = await rolloutBench({ frontEnd });
  expect(await run([daring('0.1', 'a', overwrite)])).toBe(0);
  expect(files.paths()).toEqual(['a']);
});

it('names every missing flag at once without a terminal, before anything is changed', async () => {
  const frontEnd = unattended();
  const { run, files } = await rolloutBench({ frontEnd, interactive: false });
  const steps = [fileStep('0.1', 'plain', 'x'), daring('0.2', 'a', overwrite), daring('0.4', 'b', populated)];
  expect(await run(steps)).toBe(2);
  const todo = frontEnd.of('problem').map(({ problem }) => problem.todo.map(remedyLine).join('\n'));
  expect(todo).toEqual([
    expect.stringContaining("--overwrite 'a b.yml'"),
    expect.stringContaining('--allow-populated'),
  ]);
  expect(files.paths()).toEqual([]);
  expect(frontEnd.outcomes()).toEqual(['0.1 stopped', '0.2 failed', '0.4 failed']);
});

it('completes without a terminal if every flag was given', async () => {
  const { run, files } = await rolloutBench({
    frontEnd: unattended(),
    interactive: false,
    given: ['--overwrite', '--allow-populated'],
  });
  expect(await run([daring('0.2', 'a', overwrite), daring('0.4', 'b', populated)])).toBe(0);
  expect(files.paths()).toEqual(['a', 'b']);
});

it('records an approval by flag that the plan did not require, before the change that it allows', async () => {
  const { run, order, records } = await rolloutBench({ given: ['--overwrite'] });
  let looks = 0;
  const step = fileStep('0.1', 'a', 'x', {
    preview: async (tiny) => [exact(fileChange(tiny.files, 'a', 'x'), looks++ === 0 ? undefined : overwrite)],
  });
  expect(await run([step])).toBe(0);
  expect(consentsIn(records())).toEqual([[], ['--overwrite']]);
  expect(order.indexOf('write a')).toBeGreaterThan(order.lastIndexOf('confirmed'));
});

it('fails without a terminal if a change turns out to need an approval that the plan did not show', async () => {
  const frontEnd = unattended();
  const { run, files } = await rolloutBench({ frontEnd, interactive: false });
  let looks = 0;
  const step = fileStep('0.1', 'a', 'x', {
    preview: async (tiny) => [exact(fileChange(tiny.files, 'a', 'x'), looks++ === 0 ? undefined : overwrite)],
  });
  expect(await run([step])).toBe(2);
  expect(frontEnd.of('problem')).toMatchObject([{ problem: { code: 'ERP-0302' } }]);
  expect(files.paths()).toEqual([]);
});
