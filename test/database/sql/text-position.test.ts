import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerptAt } from '../../../src/database/sql/excerpt.ts';
import { locate, offsetOfPosition } from '../../../src/database/sql/text-position.ts';

const anyText = fc.array(fc.constantFrom('a', ' ', '\n', '\r\n', 'é', '😀', '\t'), { maxLength: 40 });

describe('a position in a text', () => {
  it('counts lines and characters from 1, and an emoji as one', () => {
    expect(locate('ab\n😀x', 5)).toEqual({ line: 2, column: 2 });
    expect(locate('', 0)).toEqual({ line: 1, column: 1 });
  });

  it('is converted from line and column back to the same index, for every character', () => {
    fc.assert(
      fc.property(anyText, fc.nat(), (parts, pick) => {
        const text = parts.join('');
        const starts = [...text]
          .map((_, index, all) => all.slice(0, index).join('').length)
          .concat(text.length);
        const offset = starts[pick % starts.length] ?? 0;
        const { line, column } = locate(text, offset);
        const lines = text.split('\n');
        const before = [...(lines[line - 1] ?? '')].slice(0, column - 1).join('');
        expect([...lines.slice(0, line - 1), before].join('\n').length).toBe(offset);
      }),
    );
  });

  it("is read from a server's error as characters from 1", () => {
    expect(offsetOfPosition("select '😀' x", 1)).toBe(0);
    expect("select '😀' x".slice(offsetOfPosition("select '😀' x", 12))).toBe('x');
    expect(offsetOfPosition('ab', 99)).toBe(2);
  });
});

describe('the excerpt around a position', () => {
  it('shows the line, its neighbours, their numbers and a caret', () => {
    const text = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`).join('\n');
    expect(excerptAt(text, 9, 6)).toEqual([
      '   8 | line 8',
      '>  9 | line 9',
      '     |      ^',
      '  10 | line 10',
    ]);
  });

  it('stays within the text at its first and last line', () => {
    expect(excerptAt('only', 1, 5)).toEqual(['> 1 | only', '    |     ^']);
    expect(excerptAt('', 7, 1)).toEqual(['> 1 |', '    | ^']);
  });

  it('cuts a long line around the caret', () => {
    const [line, caret] = excerptAt(`${'x'.repeat(5000)}HERE${'y'.repeat(5000)}`, 1, 5001);
    expect(line?.length).toBeLessThan(110);
    expect(line?.indexOf('HERE')).toBe(caret?.indexOf('^'));
  });

  it('contains no control character of the file', () => {
    expect(excerptAt('a\u001b[31mb\tc', 1, 1)[0]).toBe('> 1 | a [31mb c');
  });
});
