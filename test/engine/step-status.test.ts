import { expect, test } from 'vitest';
import { exitCodes, type Problem, ProblemError } from '../../src/domain/problem.ts';
import { blocked, satisfied } from '../../src/domain/step.ts';
import { recordedOf } from '../../src/engine/journal.ts';
import { StatusCheck } from '../../src/engine/step-status.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';
import { fileStep, needsFile, type TinyStep } from '../support/program/tiny-steps.ts';

const problem = (exit: Problem['exit']): Problem => ({
  code: 'ERP-0601',
  what: 'droplet is not reached.',
  why: 'It is switched off.',
  todo: [],
  exit,
});
const seen = {
  v: 2,
  at: '2026-11-22T21:04:00.000Z',
  type: 'verified',
  step: '0.1',
  summary: 'was there',
  evidence: [],
  open: [],
} as const;

function looked(rest: Partial<TinyStep>, ...done: readonly (typeof seen)[]) {
  const step = fileStep('0.1', 'a', 'text', rest);
  const files = new MemoryFiles(() => undefined);
  return new StatusCheck({ files }, recordedOf(done)).of(step);
}

test.each([
  ['thrown', () => Promise.reject(new ProblemError(problem(exitCodes.prerequisite)))],
  ['answered', async () => blocked(problem(exitCodes.stepFailed))],
] as const)(
  'a step that was done and cannot be checked (%s) is reported as not checked',
  async (_, check) => {
    expect(await looked({ check }, seen)).toEqual(expect.objectContaining({ state: 'unseen' }));
    expect(await looked({ check })).toEqual(expect.objectContaining({ state: 'open' }));
  },
);

test('a step whose check finds a difference has drifted, whether or not it can be repaired', async () => {
  expect(await looked({}, seen)).toMatchObject({ state: 'drifted', summary: 'a: nothing' });
  const check = async () => blocked(problem(exitCodes.notAsMigrated));
  expect(await looked({ check }, seen)).toMatchObject({ state: 'drifted' });
});

test('does not check gates, because they permit changes and status makes none', async () => {
  const shut = { ...needsFile('2.3', 'tested'), gate: true } as const;
  const check = async () => satisfied('as it was', []);
  expect(await looked({ needs: [shut], check }, seen)).toEqual({ state: 'true', summary: 'as it was' });
});

test('counts only steps that differ themselves as drifted; their dependents are blocked by the earliest of them', async () => {
  const files = new MemoryFiles().put('schema', 'changed').put('tables', 'other');
  const steps = [
    fileStep('1.1', 'schema', 'x'),
    fileStep('2.2', 'tables', 'x', { needs: [needsFile('1.1', 'schema')] }),
    fileStep('2.3', 'valid', 'x', { needs: [needsFile('2.2', 'applied')] }),
    fileStep('4.1', 'document', 'x', { needs: [needsFile('2.3', 'validated')] }),
    fileStep('4.2', 'never done', 'x', { needs: [needsFile('2.3', 'validated')] }),
  ];
  const done = ['1.1', '2.2', '2.3', '4.1'].map((step) => ({ ...seen, step }));
  const check = new StatusCheck({ files }, recordedOf(done));
  const statuses = [];
  for (const step of steps) statuses.push(await check.of(step));
  expect(statuses).toMatchObject([
    { state: 'drifted' },
    { state: 'drifted' },
    { state: 'blocked', blockedBy: '1.1', summary: 'by 1.1: needs applied (2.2)' },
    { state: 'blocked', blockedBy: '1.1' },
    { state: 'open' },
  ]);
});
