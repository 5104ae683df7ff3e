import { expect, it } from 'vitest';
import { checksumOf } from '../../src/database/checksum.ts';

it('gives a checksum that sha256sum gives for the same bytes', () => {
  expect(checksumOf('select 1;\n')).toBe('4a45092ccf992ea92250053a80b931b787924ba61648f420555511b84f10ab6c');
});

it('gives one checksum to a file whether Git checked it out with CR LF or LF', () => {
  expect(checksumOf('select 1;\r\nselect 2;\r\n')).toBe(checksumOf('select 1;\nselect 2;\n'));
});

it('tells apart files that differ in anything else, a lone carriage return too', () => {
  const texts = ['select 1;\n', 'select 1;', 'select 1;\n\n', 'select 1;\r', 'SELECT 1;\n', ''];
  expect(new Set(texts.map(checksumOf)).size).toBe(texts.length);
});
