import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { columnsOf, endOfFitting, fitted } from '../../src/screens/columns.ts';
import { singleColumn } from '../../src/screens/single-column.ts';

const singles = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit)).filter((one) =>
  singleColumn.test(one),
);

test('a character that is counted by the fast path has one column, and joins no other character', () => {
  expect(singles.length).toBeGreaterThan(1000);
  expect(singles.filter((one) => stringWidth(one) !== 1)).toEqual([]);
  const text = singles.join('');
  expect(stringWidth(text)).toBe(text.length);
  // Also with the escapes and line feeds that Ink puts between them.
  const joined = [...singles, ...singles.toReversed()].join('\x1b\n');
  expect([...new Intl.Segmenter().segment(joined)]).toHaveLength(joined.length);
});

test.each([
  ['checking …', 10],
  ['┌─┐', 3],
  ['日本', 4],
  ['e\u0301', 1],
  ['👩‍👩‍👧', 2],
  ['✔\ufe0f', 2],
  ['', 0],
])('%j has as many columns as in a terminal', (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
});

test('text is cut between characters, never within one', () => {
  expect(fitted('─e\u0301日本', 4)).toBe('─e\u0301… ');
  expect(endOfFitting('abc\u0301d', 0, 3)).toBe(4);
  expect(endOfFitting('──👩‍👩‍👧', 0, 3)).toBe(2);
});
