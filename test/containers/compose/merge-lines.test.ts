import { expect, test } from 'vitest';
import { mergeLines } from '../../../src/containers/compose/merge-lines.ts';

const base = 'a\nb\nc\nd\n';

test.each([
  ['neighbouring lines', 'A\nb\nc\nd\n', 'a\nB\nc\nd\n', 'A\nB\nc\nd\n', []],
  ['the same line in the same way', 'a\nX\nc\nd\n', 'a\nX\nc\nd\n', 'a\nX\nc\nd\n', []],
  ['the same line differently', 'a\nX\nc\nd\n', 'a\nY\nc\nd\n', 'a\nX\nc\nd\n', ['Y']],
  ['a line that the other removed', 'a\nc\nd\n', 'a\nY\nc\nd\n', 'a\nc\nd\n', ['Y']],
  ['additions at different places', 'a\nx\nb\nc\nd\n', 'a\nb\nc\nd\ny\n', 'a\nx\nb\nc\nd\ny\n', []],
  ['additions at the same place', 'a\nx\nb\nc\nd\n', 'a\ny\nb\nc\nd\n', 'a\nx\nb\nc\nd\n', ['y']],
])('for changes of %s, those of the user stay', (_, theirs, ours, text, leftOut) => {
  expect(mergeLines(base, theirs, ours)).toEqual({ text, leftOut });
});
