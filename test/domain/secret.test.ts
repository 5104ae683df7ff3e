import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { generateSecret, Secret } from '../../src/domain/secret.ts';

it('shows a secret nowhere but where it is asked for', () => {
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

it('generates from the given source, 43 characters that need no quoting', () => {
  const asked: number[] = [];
  const source = (count: number) => {
    asked.push(count);
    return new Uint8Array(count).fill(0xfb);
  };
  expect(generateSecret(source).reveal()).toMatch(/^[\w-]{43}$/);
  expect(generateSecret(source, 16).reveal()).toHaveLength(22);
  expect(asked).toEqual([32, 16]);
});
