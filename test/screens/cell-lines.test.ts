import { expect, it } from 'vitest';
import { cellLines } from '../../src/screens/step-list/cell-lines.ts';

const part = (name: string, total: number, done: number, failed = 0) => ({ name, total, done, failed });
const tables = {
  ...part('tables', 14, 8, 1),
  parts: [part('erp core', 6, 6, 1), part('erp pattern 8', 8, 2)],
};

it('draws a cell for each table, filled after its check, and crossed if it differs', () => {
  expect(cellLines(tables, 40)).toEqual([
    { text: '  erp core               ✖█████', tone: 'bad' },
    { text: '  erp pattern 8          ██░░░░░░', tone: 'dim' },
  ]);
});

it('draws no cells that do not fit', () => {
  expect(cellLines(tables, 24)).toEqual([]);
});
