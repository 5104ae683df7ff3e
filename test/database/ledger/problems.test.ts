import { expect, test } from 'vitest';
import { migrationFailed } from '../../../src/database/ledger/problems.ts';
import { remedyLine } from '../../../src/domain/command-text.ts';

const file = { name: '100_own.sql', text: 'select 1;\n', checksum: 'a', mode: 'transaction' } as const;
const index = { schema: 'erp', name: 'Own idx', table: 'erp.own' };
const concurrent = { ...file, mode: 'no-transaction', index } as const;
const fault = (code: string) => ({ code, message: 'no' });

test.each(['08006', '40P01', '53100', '55P03', '57P01'])(
  '%s is not reported as an error of the file',
  (code) => {
    const todo = migrationFailed(file, fault(code)).todo.map(remedyLine).join('\n');
    expect(todo).toContain('The file is not the cause');
    expect(todo).not.toContain('Fix the file');
  },
);

test.each(['42601', '23505', '55000'])('%s is reported as an error to fix in the file', (code) => {
  expect(migrationFailed(file, fault(code)).todo).toEqual([
    { text: expect.stringContaining('Fix the file') },
  ]);
});

test('reports what a failed file leaves: nothing, or the index of a file without a transaction', () => {
  expect(migrationFailed(file, fault('42601')).why).toContain('Nothing of this file was applied');
  const { why, todo } = migrationFailed(concurrent, fault('23505'));
  expect(why).not.toContain('Nothing of this file was applied');
  expect(todo.at(-1)?.text).toContain('DROP INDEX CONCURRENTLY IF EXISTS "erp"."Own idx"');
});

const script = (text: string) => ({ ...file, text });

test('the statement after the completed ones is named if the server gives no position', () => {
  const own = script(
    "select 1;\r\n-- two; lines\r\nselect ';';\r\n\r\nalter table a\r\n  add b int;\r\nselect 4;\r\n",
  );
  const { what, excerpt } = migrationFailed(own, { ...fault('42804'), completed: 2 });
  expect(what).toBe('100_own.sql, line 5: no (42804).');
  expect(excerpt?.join('\n')).toContain('> 5 | alter table a\n    | ^\n  6 |   add b int;');
});

test('an error in a DO block is reported with its line, and an error in a function with its name', () => {
  const own = script('select 1;\ndo language plpgsql $body$\nbegin\n  perform f();\nend $body$;\n');
  const context = [
    'PL/pgSQL function f() line 7 at RAISE',
    'PL/pgSQL function inline_code_block line 3 at PERFORM',
  ];
  const { what, why } = migrationFailed(own, { ...fault('P0001'), completed: 1, context });
  expect(what).toBe('100_own.sql, line 4: no (P0001).');
  expect(why).toContain(`It failed in ${context[0]}, called by ${context[1]}.`);
});

test('DETAIL about names and types is shown', () => {
  const detail = 'Key columns "a" and "b" are of incompatible types: text and bigint.';
  expect(migrationFailed(file, { ...fault('42804'), detail }).why).toContain(detail);
});

test('the body of a DO block may be any kind of string that keeps its line breaks', () => {
  const own = script("do 'begin\n  perform 1 / 0;\nend';\n");
  const context = ['PL/pgSQL function inline_code_block line 2 at PERFORM'];
  expect(migrationFailed(own, { ...fault('22012'), completed: 0, context }).what).toContain('line 2:');
});
