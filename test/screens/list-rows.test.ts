import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rowsOf } from '../../src/screens/step-list/list-rows.ts';
import { begun, stateAfter } from '../support/wizard/wizard-state.ts';

const { steps } = stateAfter(begun).rollout;

it('shows all phases and steps if they fit', () => {
  expect(rowsOf(steps, '0.1', 10)).toHaveLength(10);
  expect(rowsOf(steps, '0.1', 24).filter(({ type }) => type === 'phase')).toHaveLength(3);
});

it('shows the phases in the order of the steps: a rollback undoes the last one first', () => {
  const names = rowsOf(steps.toReversed(), '3.2', 24).map((row) =>
    row.type === 'phase' ? row.title : row.step.id,
  );
  expect(names.slice(0, 4)).toEqual(['Production', '3.2', '3.1', 'Local test']);
});

it('folds the phases that are farthest from the selected step first', () => {
  const names = rowsOf(steps, '3.1', 7).map((row) => (row.type === 'phase' ? row.title : row.step.id));
  expect(names).toEqual(['Prepare', 'Local test', '2.1', '2.2', 'Production', '3.1', '3.2']);
});

it('is never higher than the screen, and always shows the selected step', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.subarray([...steps], { minLength: 1 }),
      fc.nat(),
      (height, some, at) => {
        const current = some[at % some.length]?.id ?? null;
        const rows = rowsOf(some, current, height);
        expect(rows.length).toBeLessThanOrEqual(height);
        const shown = rows.filter((row) => row.type === 'step' && row.current);
        expect(shown).toHaveLength(1);
      },
    ),
  );
});
