import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { generateSecret, redacted, Secret } from '../../src/domain/secret.ts';

it('reveals a secret only on request', () => {
  const secret = new Secret('hunter2');
  const shown = [
    `${secret}`,
    String(secret),
    JSON.stringify({ secret }),
    inspect({ secret }, { showHidden: true, depth: 9 }),
    inspect(new Error('x', { cause: secret })),
    Object.keys(secret).join(),
    [secret].join(),
  ].join('\n');
  expect(shown).not.toContain('hunter2');
  expect(shown).toContain('<redacted>');
  expect(secret.reveal()).toBe('hunter2');
});

it('generates 43 characters that need no quoting from the given source', () => {
  const asked: number[] = [];
  const source = (count: number) => {
    asked.push(count);
    return new Uint8Array(count).fill(0xfb);
  };
  expect(generateSecret(source).reveal()).toMatch(/^[\w-]{43}$/);
  expect(generateSecret(source, 16).reveal()).toHaveLength(22);
  expect(asked).toEqual([32, 16]);
});

it.each([
  ['S3CRETpw', 'Request cannot be constructed from https://user:S3CRETpw@127.0.0.1/hook', 'S3CRETpw'],
  ['p@ss word/1', 'postgres://erp:p%40ss%20word%2F1@db', 'p%40ss%20word%2F1'],
  ['quo"ted\\secret', JSON.stringify({ value: 'quo"ted\\secret' }), 'quo'],
  ['https://hooks.example/services/T0PSECRET', 'refused: /services/T0PSECRET', 'T0PSECRET'],
  // The form in an error of fetch().
  ['https://user:S3CRET%21@HOST:443/x', 'https://user:S3CRET%21@host/x', 'S3CRET'],
  ['https://user:S3CRET%22@host/x', 'for "user", "S3CRET"" was refused', 'S3CRET'],
])('redacts %s in a text, in every form that a program may quote', (value, text, leaked) => {
  new Secret(value);
  expect(text).toContain(leaked);
  expect(redacted(text)).not.toContain(leaked);
  expect(redacted(text)).toContain('<redacted>');
});

it('redacts a whole secret although a part of it is another secret', () => {
  new Secret('part-of-a-secret');
  new Secret('part-of-a-secret-that-is-longer');
  expect(redacted('a part-of-a-secret-that-is-longer b')).toBe('a <redacted> b');
});

it.each([
  ['a long token', 'x'.repeat(100_000), 'x'.repeat(100)],
  ['a webhook with a long path', `https://hooks.example/${'T0P/'.repeat(25_000)}`, 'T0P/T0P'],
  ['a secret of special characters', '.*+?^$()|[]\\/-.*+?'.repeat(3_000), '.*+?^'],
])('redacts %s', (_, value, leaked) => {
  new Secret(value);
  expect(redacted(`before ${value} after`)).toBe('before <redacted> after');
  expect(redacted(JSON.stringify({ value }))).not.toContain(leaked);
});

it('redacts a short secret only as a separate word, and leaves other texts unchanged', () => {
  for (const value of ['', 'a', 'short', 'postgres']) new Secret(value);
  expect(redacted('a value shorter than short')).toBe('a value shorter than <redacted>');
  expect(redacted('docker logs postgres-erp; password "postgres"')).toBe(
    'docker logs postgres-erp; password "<redacted>"',
  );
});

it('does not redact incomplete input, because any text may contain a part of it', () => {
  new Secret('corr', 'draft');
  expect(redacted('the corr file')).toBe('the corr file');
});
