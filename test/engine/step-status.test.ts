import { expect, test } from 'vitest';
import { exitCodes, type Problem, ProblemError } from '../../src/domain/problem.ts';
import { blocked, satisfied } from '../../src/domain/step.ts';
import { recordedOf } from '../../src/engine/journal.ts';
import { checkedStatus } from '../../src/engine/step-status.ts';
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
  v: 1,
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
  return checkedStatus(step, { files }, recordedOf(done), undefined);
}

test.each([
  ['thrown', () => Promise.reject(new ProblemError(problem(exitCodes.prerequisite)))],
  ['answered', async () => blocked(problem(exitCodes.stepFailed))],
] as const)('what was done once, and cannot be looked at (%s), is unseen', async (_, check) => {
  expect(await looked({ check }, seen)).toEqual(expect.objectContaining({ state: 'unseen' }));
  expect(await looked({ check })).toEqual(expect.objectContaining({ state: 'open' }));
});

test('what was looked at and is not as it was has drifted, whether it can be repaired or not', async () => {
  expect(await looked({}, seen)).toMatchObject({ state: 'drifted', summary: 'a: nothing' });
  const check = async () => blocked(problem(exitCodes.notAsMigrated));
  expect(await looked({ check }, seen)).toMatchObject({ state: 'drifted' });
});

test('does not ask for a gate, which permits changes: status makes none', async () => {
  const shut = { ...needsFile('2.3', 'tested'), gate: true } as const;
  const check = async () => satisfied('as it was', []);
  expect(await looked({ needs: [shut], check }, seen)).toEqual({ state: 'true', summary: 'as it was' });
});
