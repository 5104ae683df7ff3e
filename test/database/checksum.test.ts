import { expect, it } from 'vitest';
import { checksumOf } from '../../src/database/checksum.ts';

it('returns the same checksum as sha256sum', () => {
  expect(checksumOf('select 1;\n')).toBe('4a45092ccf992ea92250053a80b931b787924ba61648f420555511b84f10ab6c');
});

it('returns the same checksum for a file checked out with CR LF or LF', () => {
  expect(checksumOf('select 1;\r\nselect 2;\r\n')).toBe(checksumOf('select 1;\nselect 2;\n'));
});

it('distinguishes files with any other difference, even a lone carriage return', () => {
  const texts = ['select 1;\n', 'select 1;', 'select 1;\n\n', 'select 1;\r', 'SELECT 1;\n', ''];
  expect(new Set(texts.map(checksumOf)).size).toBe(texts.length);
});
