import { existsSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { importsOf, textOf } from './imports.ts';
import { type TestFile, testFiles } from './test-files.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(checkout, path), 'utf8');
/** The earlier test files with their present paths. */
const earlier = read('test/run/earlier-test-files.txt')
  .trimEnd()
  .split('\n')
  .map((line) => {
    const [path = '', now = path] = line.split(' -> ');
    return { path, now };
  });
const files = testFiles();

/** The rows of the table: a pattern of earlier files, the paths named as their replacements, and the command. */
const rows = read('docs/decisions/0027-planted-faults.md')
  .split('\n')
  .flatMap((line) => {
    const [, pattern, now = '', command] = /^\| `([^`]+)` +\| (.+?) +\| (.+?) +\|$/.exec(line) ?? [];
    const named = [...now.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path);
    return pattern === undefined ? [] : [{ pattern, named, command }];
  });
const rowsOf = (path: string) => rows.filter(({ pattern }) => matchesGlob(path, pattern));

/** Returns the command that runs a file, in the words of the table. */
function commandOf({ path, runs }: TestFile): string {
  if (runs === 'only in test:all') return 'test:all';
  if (runs === 'in turn') return 'in turn';
  return takesSample(path) ? 'sample' : 'npm test';
}

/** Returns whether a test file, or a file that it imports, runs only a sample of a matrix. */
function takesSample(path: string): boolean {
  const file = join(checkout, path);
  // Tests without a matrix use other exports of this file.
  const wizard = join(checkout, 'test/support/wizard/wizard.ts');
  const others = [...importsOf(file, join(checkout, 'test'))].filter(
    (one) => one !== wizard && !one.startsWith(join(checkout, 'test/run/')),
  );
  return (
    others.some((one) => /\b(sampleOf\(|byExtent[(<])/.test(textOf(one))) ||
    /^ {2}looks,$|\blooks\b.* from '\.\.\/support\/wizard\/wizard\.ts'/m.test(textOf(file))
  );
}

test('every earlier test file exists, perhaps renamed, and runs with the command that the table names', () => {
  expect(earlier).toHaveLength(220);
  const actual = earlier.map(({ path, now }) => {
    const file = files.find((one) => one.path === now);
    return `${path}: ${file === undefined ? 'removed' : commandOf(file)}`;
  });
  const inTable = earlier.map(({ path }) => `${path}: ${rowsOf(path)[0]?.command ?? 'npm test'}`);
  expect(inTable).toEqual(actual);
});

test('each row of the table matches earlier test files that no other row matches, and names existing test files', () => {
  expect(rows.length).toBeGreaterThan(20);
  expect(earlier.filter(({ path }) => rowsOf(path).length > 1)).toEqual([]);
  expect(rows.filter(({ pattern }) => !earlier.some(({ path }) => matchesGlob(path, pattern)))).toEqual([]);
  const named = rows.flatMap((row) => row.named);
  expect(named.filter((path) => !existsSync(join(checkout, path)))).toEqual([]);
});
