import { expect, test } from 'vitest';
import type { NeedName } from '../run/needs.ts';
import type { Group, TestFile } from '../run/test-files.ts';
import { filesFor } from './choose-files.ts';
import type { CoverageMap } from './coverage-map.ts';

const file = (path: string, group: Group, needs: readonly NeedName[] = []): TestFile => ({
  path,
  group,
  needs,
  runs: 'always',
});
const covers = (seconds: number, ...sources: string[]) => ({ seconds, sources });
const named = (files: readonly TestFile[]) => files.map(({ path }) => path);

const files = [
  file('e2e', 'embedded'),
  file('broad', 'unit'),
  file('slow', 'unit'),
  file('narrow', 'unit'),
  file('other', 'unit'),
  file('container', 'production', ['testbed']),
];
const map: CoverageMap = new Map([
  ['e2e', covers(1, 'src/a.ts')],
  ['broad', covers(1, 'src/a.ts', 'src/b.ts', 'src/c.ts')],
  ['slow', covers(9, 'src/a.ts')],
  ['narrow', covers(0.1, 'src/a.ts')],
  ['other', covers(0.1, 'src/b.ts')],
  ['container', covers(60, 'src/a.ts', 'src/d.ts')],
]);

test('the test files of a source file are ordered by group, time and number of executed sources', () => {
  expect(named(filesFor('src/a.ts', map, files))).toEqual(['narrow', 'broad', 'slow', 'e2e']);
});

test('files that need containers are chosen only if no other file executes the source', () => {
  expect(named(filesFor('src/d.ts', map, files))).toEqual(['container']);
  expect(named(filesFor('src/e.ts', map, files))).toEqual([]);
});
