import { expect, test } from 'vitest';
import type { Difference, RepairStatement } from '../../../src/database/comparison/difference.ts';
import { repairScript } from '../../../src/database/comparison/repair-script.ts';

const difference = (name: string, repair: readonly RepairStatement[]): Difference => ({
  ...{ kind: 'table', name, schema: 'erp', table: name, aspect: 'extra', expected: null, actual: '' },
  ...{ severity: 'difference', covers: [], repair },
});
const drop = (name: string) =>
  difference(name, [{ order: 1, sql: `drop table ${name}`, loses: { kind: 'table', name } }]);

test('comments out a statement that can lose rows, with the number of rows', () => {
  const rowsOf = (table: string) => (table === 'erp.log' ? '3 rows' : undefined);
  expect(repairScript([drop('erp.log'), drop('erp.other')], { rowsOf })).toEqual([
    '-- Can lose rows of table erp.log (3 rows); --include-destructive includes it:\n-- drop table erp.log',
    '-- Can lose rows of table erp.other (rows not counted); --include-destructive includes it:\n-- drop table erp.other',
  ]);
});

test('includes such a statement on request', () => {
  expect(repairScript([drop('erp.log')], { includeDestructive: true })).toEqual(['drop table erp.log']);
});

test('comments out all statements of such a repair, except those that another repair needs', () => {
  const retyped = difference('erp.log', [
    { order: 1, sql: 'drop view erp.a' },
    { order: 1, sql: 'drop view erp.b' },
    { order: 2, sql: 'alter table erp.log …', loses: { kind: 'table', name: 'erp.log' } },
  ]);
  const other = difference('erp.b', [{ order: 1, sql: 'drop view erp.b' }]);
  const [first, second, third, ...rest] = repairScript([retyped, other]);
  expect([first, rest]).toEqual(['drop view erp.b', []]);
  expect([second, third].every((one) => one?.split('\n').every((line) => line.startsWith('-- ')))).toBe(true);
});

test.each(['\n', '\r', '\r\n'])('a name with a line end (%j) does not end the comment', (end) => {
  const script = repairScript([drop(`erp."x${end}; drop schema erp cascade; select '"`)]);
  const lines = script.flatMap((one) => one.split(/[\r\n]+/));
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.filter((line) => !line.startsWith('-- '))).toEqual([]);
});
