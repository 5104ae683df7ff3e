import { expect, it } from 'vitest';
import { stepTitles } from '../../src/tasks/step-titles.ts';
import { steps } from '../../src/tasks/steps.ts';

it('lists the steps of a rollout, in their order', () => {
  expect(stepTitles).toEqual(steps.map(({ id, phase, title }) => ({ id, phase, title })));
});
