import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoteLine } from '../../../src/adapters/ssh/quote.ts';

const shells = ['/bin/sh', '/bin/bash', '/usr/bin/zsh', '/usr/bin/fish'].filter((shell) => existsSync(shell));

test.each(shells)('%s reads quoted arguments unchanged', (shell) => {
  const words = fc.array(
    fc.string({ unit: 'binary' }).filter((word) => !word.includes('\0')),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(words, (list) => {
      const line = `printf '%s\\0' ${quoteLine(list)}`;
      const printed = execFileSync(shell, ['-c', line], { encoding: 'utf8' });
      expect(printed.split('\0').slice(0, -1)).toEqual(list.map((word) => word.toWellFormed()));
    }),
    { numRuns: 40 },
  );
});

test('an argument without special characters is not quoted', () => {
  expect(quoteLine(['docker', "it's", 'a\\b', ''])).toBe(String.raw`'docker' 'it'\''s' 'a'\\'b' ''`);
});
