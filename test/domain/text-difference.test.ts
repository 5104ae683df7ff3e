import { expect, test } from 'vitest';
import { textDifference } from '../../src/domain/text-difference.ts';

test('short texts are shown completely on one line', () => {
  expect(textDifference('select a\n  from b', 'select a\n  from c')).toEqual([
    'select a from b',
    'select a from c',
  ]);
});

test('long texts are cut around the position where they differ', () => {
  const text = (word: string) => `${'x '.repeat(200)}${word}${' y'.repeat(200)}`;
  const [one, other] = textDifference(text('left'), text('right'));
  expect([one.includes('left'), other.includes('right')]).toEqual([true, true]);
  expect([one.length, other.length].every((length) => length <= 162)).toBe(true);
  expect([one.at(0), one.at(-1)]).toEqual(['…', '…']);
});

test('a difference at the end of a long text is shown', () => {
  const [one, other] = textDifference(`${'x '.repeat(200)}1`, `${'x '.repeat(200)}2`);
  expect([one.at(-1), other.at(-1)]).toEqual(['1', '2']);
});

test('line ends are shown if nothing else differs', () => {
  expect(textDifference('a\r\nb', 'a\nb')).toEqual(['a\\r\\nb', 'a\\nb']);
});
