import { expect, it } from 'vitest';
import { dependentsOf } from '../../src/engine/dependents.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';
import { fileStep, needsFile, type TinyStep } from '../support/program/tiny-steps.ts';

const one = fileStep('0.1', 'one', '1');
const two = fileStep('0.2', 'two', '2', { needs: [needsFile('0.1', 'one')] });
const three = fileStep('0.3', 'three', '3', { needs: [needsFile('0.2', 'two')] });
const apart = fileStep('0.4', 'four', '4');
const steps: readonly TinyStep[] = [one, two, three, apart];

const idsFor = async (step: TinyStep, there: readonly string[], skip = new Map<string, string>()) => {
  const files = new MemoryFiles();
  for (const path of there) files.put(path, 'made by hand');
  return (await dependentsOf(step, steps, skip, { files })).map(({ id }) => id);
};

it('names the steps that need the step, and those that need one of them', async () => {
  expect(await idsFor(one, [])).toEqual(['0.2', '0.3']);
  expect(await idsFor(two, [])).toEqual(['0.3']);
  expect(await idsFor(apart, [])).toEqual([]);
});

it('leaves out a step whose prerequisite is met nevertheless', async () => {
  expect(await idsFor(one, ['one'])).toEqual([]);
});

it('leaves out a step that is already skipped', async () => {
  expect(await idsFor(one, [], new Map([['0.2', 'not here']]))).toEqual([]);
});
