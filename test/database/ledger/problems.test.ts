import { expect, test } from 'vitest';
import { migrationFailed } from '../../../src/database/ledger/problems.ts';

const file = { name: '100_own.sql', text: 'select 1;\n', checksum: 'a', mode: 'transaction' } as const;
const index = { schema: 'erp', name: 'Own idx', table: 'erp.own' };
const concurrent = { ...file, mode: 'no-transaction', index } as const;
const fault = (code: string) => ({ code, message: 'no' });

test.each(['08006', '40P01', '53100', '55P03', '57P01'])('%s is not blamed on the file', (code) => {
  const words = migrationFailed(file, fault(code)).todo.join('\n');
  expect(words).toContain('The file is not at fault');
  expect(words).not.toContain('Mend the file');
});

test.each(['42601', '23505', '55000'])('%s is mended in the file', (code) => {
  expect(migrationFailed(file, fault(code)).todo).toEqual([expect.stringContaining('Mend the file')]);
});

test('what is left is told as it is: nothing, or the index of a file without a transaction', () => {
  expect(migrationFailed(file, fault('42601')).why).toContain('Nothing of this file stays');
  const { why, todo } = migrationFailed(concurrent, fault('23505'));
  expect(why).not.toContain('Nothing of this file stays');
  expect(todo.at(-1)).toContain('DROP INDEX CONCURRENTLY IF EXISTS "erp"."Own idx"');
});
