import { expect, test } from 'vitest';
import { type CoverageMap, coverageText, parseCoverage } from './coverage-map.ts';

const measured = (seconds: number, ...sources: string[]) => ({ seconds, sources });
const map: CoverageMap = new Map([
  ['test/b.test.ts', measured(1.5, 'src/x.ts')],
  ['test/a.test.ts', measured(0.3, 'src/x.ts', 'src/y.ts')],
  ['test/c.test.ts', measured(20, 'src/x.ts')],
  ['test/d.test.ts', measured(2)],
  ['test/e.test.ts', measured(2, 'src/x.ts')],
]);

test('the map is read as it was written', () => {
  expect(parseCoverage(coverageText(map))).toEqual(map);
});

test('a row of test files is written as its first and its last', () => {
  expect(JSON.parse(coverageText(map)).covered).toEqual({ 'src/x.ts': '0-2 4', 'src/y.ts': '0' });
});

test('the same map is the same text, in whatever order it was measured', () => {
  expect(coverageText(new Map([...map].reverse()))).toBe(coverageText(map));
});
