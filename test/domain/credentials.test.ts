import { describe, expect, it } from 'vitest';
import { credentialsIn, holdsCredentials, withoutCredentials } from '../../src/domain/credentials.ts';

describe('a URL', () => {
  it.each([
    ['postgres://ada:PW@h/db', 'postgres://<redacted>@h/db'],
    ['postgres://ada:p@w:x/y?z@h/db', 'postgres://<redacted>@h/db'],
    [
      'x postgres://:PW@h "https://u:PW@h/x?a=b" y',
      'x postgres://<redacted>@h "https://<redacted>@h/x?a=b" y',
    ],
    ['postgres://h/db?a=b&password=PW&c=d', 'postgres://h/db?a=b&password=<redacted>&c=d'],
    ['postgres://h/db?p%61ssword=PW', 'postgres://h/db?p%61ssword=<redacted>'],
    ['postgres://h/db?sslpassword=PW', 'postgres://h/db?sslpassword=<redacted>'],
    ['postgres://ada:PW@h?Password=PW', 'postgres://<redacted>@h?Password=<redacted>'],
  ])('with a password is shown without it: %s', (text, shown) => {
    expect(withoutCredentials(text)).toBe(shown);
    expect(holdsCredentials(text)).toBe(true);
    expect(withoutCredentials(shown)).not.toContain('PW');
  });

  it.each([
    'postgres://USER@HOST:5432/DATABASE',
    'http://127.0.0.1:3000/people?name=eq.ada',
    'https://h/x?passwords=2',
    'mail ada@example.org: hello',
    'a=b',
  ])('or another text without a password stays unchanged: %s', (text) => {
    expect(withoutCredentials(text)).toBe(text);
    expect(holdsCredentials(text)).toBe(false);
  });

  it('returns its password as written and decoded', () => {
    expect(credentialsIn('postgres://ada:p%40w@h/db')).toEqual(['ada:p%40w', 'p%40w', 'p@w']);
    expect(credentialsIn('postgres://ada@h/db?p%61ssword=hunter2')).toContain('hunter2');
  });
});
