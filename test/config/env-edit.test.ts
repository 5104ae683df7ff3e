import { expect, it } from 'vitest';
import { editedEnv } from '../../src/config/env-edit.ts';
import { parseEnvFile } from '../../src/config/env-file.ts';

const text = '# the key\nA=one\n\nB="two\nlines"\nC=three\n';

it.each([
  [{ A: 'new' }, '# the key\nA=new\n\nB="two\nlines"\nC=three\n'],
  [{ B: 'new' }, '# the key\nA=one\n\nB=new\nC=three\n'],
  [{ A: null, C: null }, '# the key\n\nB="two\nlines"\n'],
  [{ D: 'four', A: null }, '# the key\n\nB="two\nlines"\nC=three\nD=four\n'],
  [{ D: null }, text],
])('changes %j and no other line', (edits, expected) => {
  expect(editedEnv(text, edits)).toBe(expected);
});

it('adds a line to a file that does not end with one', () => {
  expect(editedEnv('A=one', { B: 'two' })).toBe('A=one\nB=two\n');
});

it('writes a value that every reader reads as it is', () => {
  const value = '{"keys":[{"kty":"oct","k":"a_-b"}]}';
  const { entries, faults } = parseEnvFile(editedEnv('', { KEYS: value }), ['KEYS']);
  expect(faults).toEqual([]);
  expect(entries[0]?.value?.reveal()).toBe(value);
});
