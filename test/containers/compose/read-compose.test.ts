import { expect, it, vi } from 'vitest';
import { readCompose } from '../../../src/containers/compose/read-compose.ts';

/** Nine aliases of nine aliases, and so on: 9^8 elements. */
const bomb = Array.from({ length: 8 }, (_, level) => {
  const before = level === 0 ? 'x' : `*a${level - 1}`;
  return `a${level}: &a${level} [${Array.from({ length: 9 }, () => before).join(', ')}]\n`;
}).join('');

it.each([
  ['aliases of aliases without end', `${bomb}services: *a7\n`],
  ['an alias without its anchor', 'services: *nowhere\n'],
  ['a merge of what is no mapping', 'services: {<<: text}\n'],
  ['lists in lists without end', `services: ${'['.repeat(5_000)}${']'.repeat(5_000)}\n`],
  ['a key that is every object’s', 'services: {__proto__: {image: x}}\n'],
  ['two documents', 'services: {}\n---\nservices: {}\n'],
])('is refused without a crash if it has %s', (_, compose) => {
  expect(readCompose(compose)).toBeNull();
});

it('is read without a warning of the YAML library on stderr, which would quote lines of the file', () => {
  const warn = vi.spyOn(process, 'emitWarning');
  expect(readCompose('a: &a 1\nservices: {x: *a:  y}\n')).toBeNull();
  expect(readCompose('&a: 1\n')).toBeNull();
  expect(warn).not.toHaveBeenCalled();
});
