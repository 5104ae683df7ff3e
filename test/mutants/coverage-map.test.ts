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

test('reading the map returns what was written', () => {
  expect(parseCoverage(coverageText(map))).toEqual(map);
});

test('consecutive test files are written as a range', () => {
  expect(JSON.parse(coverageText(map)).covered).toEqual({ 'src/x.ts': '0-2 4', 'src/y.ts': '0' });
});

test('equal maps have the same text, in any order of measurement', () => {
  expect(coverageText(new Map([...map].reverse()))).toBe(coverageText(map));
});
