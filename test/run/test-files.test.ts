import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { laws } from './laws.ts';
import { testFiles } from './test-files.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const files = testFiles();
const needsOf = (path: string) => files.find((file) => file.path === path)?.needs;

test('a test file needs what the files that it imports use, directly or not', () => {
  expect(needsOf('test/stand-ins/postgrest-rows.test.ts')).toContain('postgresql');
  expect(needsOf('test/e2e-docker/production.test.ts')).toContain('testbed');
  expect(needsOf('test/domain/change.test.ts')).toEqual([]);
});

test('the files of test:unit need neither programs of this machine nor the built program', () => {
  const unit = files.filter(({ group }) => group === 'unit' || group === 'fuzz');
  expect(unit.length).toBeGreaterThan(100);
  expect(unit.filter(({ needs }) => needs.length > 0)).toEqual([]);
});

test('the files that a law or an order names exist', () => {
  const order = readFileSync(join(checkout, 'test/run/test-order.ts'), 'utf8');
  const ordered = [...order.matchAll(/^ {2}'([\w/-]+)',$/gm)].map(([, name]) => `test/${name}.test.ts`);
  const named = [...ordered, ...Object.values(laws).flatMap((law) => law.files ?? [])];
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((path) => !files.some((file) => file.path === path))).toEqual([]);
});
