import { expect, it } from 'vitest';
import { type Measured, median } from '../../bench/measure.ts';
import { exceeded, resultsChart, resultsText } from '../../bench/results.ts';

const measured = (ratio: number, megabytes = 50): Measured => ({
  row: { name: 'help', budget: 2, measured: ['a'], comparison: ['b'], megabytes: 120 },
  ratio,
  seconds: 0.04,
  comparisonSeconds: 0.02,
  megabytes,
});

it('accepts what is within its budgets', () => {
  expect(exceeded([measured(2, 120)])).toEqual([]);
});

it.each([
  ['a ratio above its budget', measured(2.1), 'help: 2.10 times, the budget is 2'],
  ['more memory than its budget', measured(1, 121), 'help: 121 MB, the budget is 120 MB'],
  ['what could not be measured', measured(Number.NaN), 'help: NaN times, the budget is 2'],
])('reports %s', (_what, one, fault) => {
  expect(exceeded([one])).toEqual([fault]);
});

it('takes the median, so that one slow run changes nothing', () => {
  expect(median([3, 1, 900, 2, 2.5])).toBe(2.5);
});

it('writes each row into the table and the chart', () => {
  expect(resultsText([measured(1.5)], 7)).toContain('| help | 1.50 | 2 | 40 ms | 20 ms | 50 MB |');
  expect(resultsChart([measured(1.5)])).toMatch(/>help<[\s\S]*>1\.50</);
});
